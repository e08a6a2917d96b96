import Foundation

/// The orientation of a stored picture; the raw values are those of EXIF tag 0x0112.
///
/// Source: JEITA CP-3451 (Exif 2.3), section 4.6.4.
enum Orientation: Int, CaseIterable {
  case upright = 1
  case mirrored, upsideDown, upsideDownMirrored
  case transposed, turnedLeft, turnedLeftMirrored, turnedRight

  /// Indicates whether the upright picture is as wide as the stored one is high.
  var exchangesSides: Bool { rawValue >= 5 }

  /// Indicates whether the rows of the upright picture are those of the stored one, in their order.
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
      // The number stands in the entry itself: of 16 bits by the specification, of 8 or 32 by some
      // programs.
      let type = entry.short(isLittleEndian: isLittleEndian)
      guard entry.long(isLittleEndian: isLittleEndian) == 1 else { return nil }
      let value: Int? =
        switch type {
        case 1: entry.byte()
        case 3: entry.short(isLittleEndian: isLittleEndian)
        case 4: entry.long(isLittleEndian: isLittleEndian)
        default: nil
        }
      self.init(rawValue: value ?? 0)
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
}

extension Orientation {
  /// Copies stored rows to where their pixels lie in the upright picture.
  ///
  /// - Parameters:
  ///   - stored: Whole rows of the stored picture.
  ///   - row: Where the first of them lies in it.
  ///   - size: Of the stored picture.
  ///   - channels: The bytes of a pixel.
  ///   - upright: The upright picture.
  func place(
    _ stored: UnsafeBufferPointer<UInt8>, row: Int, of size: (width: Int, height: Int),
    channels: Int, in upright: UnsafeMutableBufferPointer<UInt8>
  ) {
    // A step to the right in the stored picture is `right` bytes in the upright one, a step down is
    // `down` bytes.
    let (width, height) = size
    let stride = (exchangesSides ? height : width) * channels
    let (start, right, down) =
      switch self {
      case .upright: (0, channels, stride)
      case .mirrored: ((width - 1) * channels, -channels, stride)
      case .upsideDown: ((height - 1) * stride + (width - 1) * channels, -channels, -stride)
      case .upsideDownMirrored: ((height - 1) * stride, channels, -stride)
      case .transposed: (0, stride, channels)
      case .turnedLeft: ((height - 1) * channels, stride, -channels)
      case .turnedLeftMirrored: ((width - 1) * stride + (height - 1) * channels, -stride, -channels)
      case .turnedRight: ((width - 1) * stride, -stride, channels)
      }
    let rows = stored.count / (width * channels)
    // The inner way is the one that writes neighbours one after the other.
    let (outer, inner) = exchangesSides ? (width, rows) : (rows, width)
    let (outerSource, innerSource) =
      exchangesSides ? (channels, width * channels) : (width * channels, channels)
    let (outerTarget, innerTarget) = exchangesSides ? (right, down) : (down, right)
    for i in 0..<outer {
      var source = i &* outerSource
      var target = start &+ row &* down &+ i &* outerTarget
      for _ in 0..<inner {
        upright[target] = stored[source]
        upright[target &+ 1] = stored[source &+ 1]
        upright[target &+ 2] = stored[source &+ 2]
        if channels == 4 { upright[target &+ 3] = stored[source &+ 3] }
        source &+= innerSource
        target &+= innerTarget
      }
    }
  }
}

extension Image {
  /// Exchanges left and right of rows, whose pixels have `channels` bytes.
  static func mirror(_ rows: UnsafeMutableBufferPointer<UInt8>, width: Int, channels: Int) {
    for start in stride(from: 0, to: rows.count, by: width * channels) {
      var (left, right) = (start, start + (width - 1) * channels)
      while left < right {
        for c in 0..<channels { rows.swapAt(left &+ c, right &+ c) }
        left &+= channels
        right &-= channels
      }
    }
  }
}
