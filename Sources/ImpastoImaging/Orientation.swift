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

  /// Whether the rows of the upright picture are those of the stored one, in their order.
  var keepsRows: Bool { self == .upright || self == .mirrored }
}

extension Orientation {
  /// Reads what a camera noted, a TIFF structure; upright where there is no valid note.
  ///
  /// Every length and offset may lie.
  init(tiff: Data) { self = Self(tag: ByteReader(tiff)) ?? .upright }

  /// Reads tag 0x0112 of the first directory.
  private init?(tag tiff: ByteReader) {
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

  private mutating func byte() -> Int? { bytes.popFirst().map(Int.init) }

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
}

extension Orientation {
  /// Copies stored rows to where their pixels lie in the upright picture.
  ///
  /// - Parameters:
  ///   - stored: Whole rows of the stored picture.
  ///   - row: Where the first of them lies in it.
  ///   - size: Of the stored picture.
  ///   - upright: The upright picture.
  func place(
    _ stored: UnsafeBufferPointer<UInt8>, row: Int, of size: (width: Int, height: Int),
    in upright: UnsafeMutableBufferPointer<UInt8>
  ) {
    // A step to the right in the stored picture is `right` bytes in the upright one, a step down is
    // `down` bytes.
    let (width, height) = size
    let stride = (exchangesSides ? height : width) * 3
    let (start, right, down) =
      switch self {
      case .upright: (0, 3, stride)
      case .mirrored: ((width - 1) * 3, -3, stride)
      case .upsideDown: ((height - 1) * stride + (width - 1) * 3, -3, -stride)
      case .upsideDownMirrored: ((height - 1) * stride, 3, -stride)
      case .transposed: (0, stride, 3)
      case .turnedLeft: ((height - 1) * 3, stride, -3)
      case .turnedLeftMirrored: ((width - 1) * stride + (height - 1) * 3, -stride, -3)
      case .turnedRight: ((width - 1) * stride, -stride, 3)
      }
    let rows = stored.count / (width * 3)
    // The inner way is the one that writes neighbours one after the other.
    let (outer, inner) = exchangesSides ? (width, rows) : (rows, width)
    let (outerSource, innerSource) = exchangesSides ? (3, width * 3) : (width * 3, 3)
    let (outerTarget, innerTarget) = exchangesSides ? (right, down) : (down, right)
    for i in 0..<outer {
      var source = i &* outerSource
      var target = start &+ row &* down &+ i &* outerTarget
      for _ in 0..<inner {
        upright[target] = stored[source]
        upright[target &+ 1] = stored[source &+ 1]
        upright[target &+ 2] = stored[source &+ 2]
        source &+= innerSource
        target &+= innerTarget
      }
    }
  }
}

extension Image {
  /// Exchanges left and right of rows.
  static func mirror(_ rows: UnsafeMutableBufferPointer<UInt8>, width: Int) {
    for start in stride(from: 0, to: rows.count, by: width * 3) {
      var (left, right) = (start, start + (width - 1) * 3)
      while left < right {
        for c in 0..<3 { rows.swapAt(left &+ c, right &+ c) }
        left &+= 3
        right &-= 3
      }
    }
  }
}
