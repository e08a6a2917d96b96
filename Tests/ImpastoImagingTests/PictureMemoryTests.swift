import Foundation
import ImpastoImaging
import TestSupport
import Testing

/// In processes of their own, whose peaks nothing else raises.
struct PictureMemoryTests {
  @Test func `a PNG of 12 megapixels is written and read in 8 MB`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let growth = try Self.memory {
        try Self.writePicture(to: folder.file("a.png"))
        try Self.readTwice(folder.file("a.png"))
      }
      #expect(growth < 8_000_000)
    }
  }

  @Test func `a JPEG of 12 megapixels is written and read in twice its file`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let growth = try Self.memory { try Self.writePicture(to: folder.file("a.jpg")) }
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("a.jpg"))
      let size = try #require(attributes[.size] as? Int)
      #expect(size < 12_000_000)
      #expect(growth < 2 * size + 8_000_000)
      #expect(try Self.memory { try Self.readTwice(folder.file("a.jpg")) } < 8_000_000)
    }
  }

  @Test(arguments: [(95, false), (95, true), (100, false)])
  func `a WebP is written in what it is said to take`(quality: Int, hasAlpha: Bool) async {
    await #expect(processExitsWith: .success) { [quality, hasAlpha] in
      let (width, height) = (1_500, 1_000)
      let growth = try Self.memory {
        let folder = try TemporaryFolder()
        let writer = try ImageWriter(
          to: folder.file("a.webp"), width: width, height: height, quality: quality,
          hasAlpha: hasAlpha)
        for y in 0..<height {
          let row = Self.row(y).prefix(width * (hasAlpha ? 4 : 3))
          try Array(row).withUnsafeBufferPointer { row throws(ImageError) in
            try writer.write(rows: row)
          }
        }
        try writer.finish()
      }
      let said = ImageWriter.heldBytes(
        as: .webp, width: width, height: height, quality: quality, hasAlpha: hasAlpha)
      #expect(growth < said)
      #expect(growth > said / 3)
    }
  }

  private static let width = 4_000
  private static let height = 3_000

  /// A slope with some noise.
  private static func row(_ y: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: width * 3) { row, count in
      for x in 0..<width * 3 {
        let noise = (x &* y &* 2_654_435_761) >> 20 & 7
        row[x] = UInt8(truncatingIfNeeded: x >> 6 &+ noise)
      }
      count = width * 3
    }
  }

  private static func writePicture(to path: String) throws {
    let writer = try ImageWriter(to: path, width: width, height: height)
    for y in 0..<height {
      try row(y).withUnsafeBufferPointer { row throws(ImageError) in try writer.write(rows: row) }
    }
    try writer.finish()
  }

  private static func readTwice(_ path: String) throws {
    let reader = try ImageReader(contentsOf: path)
    for _ in 0..<2 {
      for y in 0..<height {
        let read = try reader.rows(1)
        if path.hasSuffix(".png") { #expect(read == row(y)) }
      }
      reader.rewind()
    }
    #expect(reader.heldBytes < 4_000_000)
  }

  /// How many bytes the peak of the process rises above what it has before.
  private static func memory(during body: () throws -> Void) throws -> Int {
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    let before = try bytes("VmRSS:")
    try body()
    return try bytes("VmHWM:") - before
  }

  private static func bytes(_ name: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
    let fields = line.split(whereSeparator: \.isWhitespace)
    return try #require(fields.dropFirst().first.flatMap { Int($0) }) * 1_024
  }
}
