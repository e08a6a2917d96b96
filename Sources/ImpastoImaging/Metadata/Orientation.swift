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
  /// The number is of 16 bits by the specification, of 8 or 32 by some programs.
  init(tiff: Data) {
    let structure = TIFFStructure(tiff)
    let entry = structure?.directories[.main]?.first { $0.tag == 0x0112 }
    let number = entry.flatMap { $0.count == 1 ? structure?.integer($0) : nil }
    self = number.flatMap(Orientation.init) ?? .upright
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
