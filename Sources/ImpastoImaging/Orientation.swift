import Foundation

/// How a stored picture lies; the raw values are those of EXIF tag 0x0112.
///
/// Source: JEITA CP-3451 (Exif 2.3), section 4.6.4.
enum Orientation: Int, CaseIterable {
  case upright = 1
  case mirrored, upsideDown, upsideDownMirrored
  case transposed, turnedLeft, turnedLeftMirrored, turnedRight

  /// Whether the upright picture is as wide as the stored one is high.
  var exchangesSides: Bool { rawValue >= 5 }
}

extension Orientation {
  /// Finds the orientation that a camera noted in a JPEG file; upright where there is no valid note.
  ///
  /// Walks the segments before the first scan. Every length and offset may lie.
  init(jpeg file: Data) {
    self = .upright
    var rest = ByteReader(file.dropFirst(2))
    while rest.byte() == 0xFF, let marker = rest.byte(), marker != 0xDA,
      let length = rest.short(isLittleEndian: false), length >= 2,
      var segment = rest.part(length - 2)
    {
      if marker == 0xE1, segment.part(6)?.elements(equal: Array("Exif\0\0".utf8)) == true {
        self = Self(tiff: segment) ?? .upright
        return
      }
    }
  }

  /// Reads tag 0x0112 of the first directory of a TIFF structure.
  private init?(tiff: ByteReader) {
    var header = tiff
    guard let order = header.short(isLittleEndian: true), order == 0x4949 || order == 0x4D4D else {
      return nil
    }
    let isLittleEndian = order == 0x4949
    guard header.short(isLittleEndian: isLittleEndian) == 42,
      let offset = header.long(isLittleEndian: isLittleEndian)
    else { return nil }

    var directory = tiff
    guard directory.part(offset) != nil,
      let count = directory.short(isLittleEndian: isLittleEndian)
    else { return nil }
    for _ in 0..<count {
      guard var entry = directory.part(12) else { return nil }
      guard entry.short(isLittleEndian: isLittleEndian) == 0x0112 else { continue }
      // Type 3 is a 16-bit number, which stands in the entry itself.
      guard entry.short(isLittleEndian: isLittleEndian) == 3,
        entry.long(isLittleEndian: isLittleEndian) == 1,
        let value = entry.short(isLittleEndian: isLittleEndian)
      else { return nil }
      self.init(rawValue: value)
      return
    }
    return nil
  }
}

/// The unread part of some bytes; every read is `nil` once they are too few.
private struct ByteReader {
  private var bytes: Data

  init(_ bytes: Data) { self.bytes = bytes }

  mutating func part(_ count: Int) -> ByteReader? {
    guard count <= bytes.count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return ByteReader(bytes.prefix(count))
  }

  mutating func byte() -> Int? { bytes.popFirst().map(Int.init) }

  mutating func short(isLittleEndian: Bool) -> Int? {
    guard let first = byte(), let second = byte() else { return nil }
    return isLittleEndian ? second << 8 | first : first << 8 | second
  }

  mutating func long(isLittleEndian: Bool) -> Int? {
    guard let first = short(isLittleEndian: isLittleEndian),
      let second = short(isLittleEndian: isLittleEndian)
    else { return nil }
    return isLittleEndian ? second << 16 | first : first << 16 | second
  }

  func elements(equal other: [UInt8]) -> Bool { bytes.elementsEqual(other) }
}

extension Image {
  /// Creates the upright picture from one that was stored as `orientation` says.
  func oriented(_ orientation: Orientation) -> Image {
    // A step to the right in the upright picture is `column` bytes in the stored one, a step down
    // is `row` bytes.
    let right = 3
    let down = width * 3
    let (lastColumn, lastRow) = ((width - 1) * right, (height - 1) * down)
    let (start, column, row) =
      switch orientation {
      case .upright: (0, right, down)
      case .mirrored: (lastColumn, -right, down)
      case .upsideDown: (lastRow + lastColumn, -right, -down)
      case .upsideDownMirrored: (lastRow, right, -down)
      case .transposed: (0, down, right)
      case .turnedLeft: (lastRow, -down, right)
      case .turnedLeftMirrored: (lastRow + lastColumn, -down, -right)
      case .turnedRight: (lastColumn, down, -right)
      }
    guard orientation != .upright else { return self }

    let (width, height) = orientation.exchangesSides ? (height, width) : (width, height)
    let upright = [UInt8](unsafeUninitializedCapacity: pixels.count) { upright, count in
      pixels.withUnsafeBufferPointer { pixels in
        var target = 0
        for y in 0..<height {
          var source = start &+ y &* row
          for _ in 0..<width {
            upright[target] = pixels[source]
            upright[target &+ 1] = pixels[source &+ 1]
            upright[target &+ 2] = pixels[source &+ 2]
            target &+= 3
            source &+= column
          }
        }
      }
      count = pixels.count
    }
    return Image(width: width, height: height, pixels: upright)
  }
}
