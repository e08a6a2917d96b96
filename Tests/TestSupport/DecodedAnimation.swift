import Foundation

/// An animated GIF, read without giflib so that it can judge what giflib wrote.
///
/// Source: CompuServe, "Graphics Interchange Format, version 89a", 1990.
package struct DecodedAnimation {
  package struct Frame {
    /// Hundredths of a second.
    package let delay: Int
    /// Red, green and blue of each pixel.
    package let pixels: [UInt8]
    /// The size of the table of colours.
    package let colors: Int
  }

  package let width: Int
  package let height: Int
  /// How often the whole is shown; zero is without end.
  package let plays: Int
  package let frames: [Frame]

  /// A place where the file is not what the format says.
  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  package init(_ path: String) throws {
    var bytes = Bytes(rest: try Data(contentsOf: URL(fileURLWithPath: path))[...])
    guard try bytes.take(6).elementsEqual("GIF89a".utf8) else { throw Fault(description: "header") }
    width = try bytes.short()
    height = try bytes.short()
    let screen = try bytes.take(3)
    guard screen.first.map({ $0 & 0x80 }) == 0 else { throw Fault(description: "a global table") }

    var (plays, delay, frames) = (1, 0, [Frame]())
    loop: while true {
      switch try bytes.byte() {
      case 0x21:
        let label = try bytes.byte()
        let blocks = try bytes.blocks()
        if label == 0xF9 {
          guard blocks.count == 1, blocks[0].count == 4, blocks[0][0] & 1 == 0 else {
            throw Fault(description: "graphic control \(blocks)")
          }
          delay = Int(blocks[0][1]) | Int(blocks[0][2]) << 8
        } else if label == 0xFF {
          guard blocks.count == 2, blocks[0].elementsEqual("NETSCAPE2.0".utf8),
            blocks[1].count == 3, blocks[1][0] == 1, frames.isEmpty
          else { throw Fault(description: "application \(blocks)") }
          let more = Int(blocks[1][1]) | Int(blocks[1][2]) << 8
          plays = more == 0 ? 0 : more + 1
        }
      case 0x2C:
        let place = try (0..<4).map { _ in try bytes.short() }
        let flags = try bytes.byte()
        guard place == [0, 0, width, height], flags & 0xC0 == 0x80 else {
          throw Fault(description: "picture at \(place), flags \(flags)")
        }
        let colors = 2 << (flags & 7)
        let table = try bytes.take(3 * colors)
        let indices = try Self.decompressed(
          codeSize: bytes.byte(), bytes.blocks().joined().map { $0 })
        guard indices.count == width * height, indices.allSatisfy({ $0 < colors }) else {
          throw Fault(description: "\(indices.count) indices of \(width)×\(height)")
        }
        let pixels = indices.flatMap { table[3 * $0..<3 * $0 + 3] }
        frames.append(Frame(delay: delay, pixels: pixels, colors: colors))
      case 0x3B: break loop
      case let other: throw Fault(description: "a block of type \(other)")
      }
    }
    guard bytes.rest.isEmpty else { throw Fault(description: "bytes after the end") }
    (self.plays, self.frames) = (plays, frames)
  }

  /// Undoes the compression of Lempel, Ziv and Welch.
  private static func decompressed(codeSize: Int, _ bytes: [UInt8]) throws -> [Int] {
    let (clear, end) = (1 << codeSize, (1 << codeSize) + 1)
    let start = (0..<end + 1).map { $0 < clear ? [$0] : [] }
    var (table, width, last) = (start, codeSize + 1, [Int]())
    var (indices, buffer, bits) = ([Int](), 0, 0)
    for byte in bytes {
      buffer |= Int(byte) << bits
      bits += 8
      while bits >= width {
        let code = buffer & ((1 << width) - 1)
        buffer >>= width
        bits -= width
        if code == end { return indices }
        if code == clear {
          (table, width, last) = (start, codeSize + 1, [])
          continue
        }
        guard code < table.count || code == table.count && !last.isEmpty else {
          throw Fault(description: "code \(code) of \(table.count)")
        }
        let word = code < table.count ? table[code] : last + last.prefix(1)
        indices += word
        if !last.isEmpty, table.count < 4096 {
          table.append(last + word.prefix(1))
          if table.count == 1 << width, width < 12 { width += 1 }
        }
        last = word
      }
    }
    throw Fault(description: "no end of a picture")
  }

  /// The part of a file not yet read.
  private struct Bytes {
    var rest: Data

    mutating func take(_ count: Int) throws -> [UInt8] {
      guard count <= rest.count else { throw Fault(description: "the file ends too early") }
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }

    mutating func byte() throws -> Int { Int(try take(1)[0]) }

    mutating func short() throws -> Int { try byte() | byte() << 8 }

    /// Blocks of up to 255 bytes, each after its length, up to an empty one.
    mutating func blocks() throws -> [[UInt8]] {
      var blocks: [[UInt8]] = []
      while case let count = try byte(), count > 0 { blocks.append(try take(count)) }
      return blocks
    }
  }
}
