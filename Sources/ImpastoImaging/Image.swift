/// A picture of 8-bit RGB pixels, as files and screens show it.
public struct Image: Sendable, Equatable {
  /// The number of columns, one or more.
  public let width: Int
  /// The number of rows, one or more.
  public let height: Int
  /// Red, green and blue of each pixel, rows from the top; `width · height · 3` values.
  public var pixels: [UInt8] {
    didSet { Self.check(width, height, pixels) }
  }

  /// Creates a picture from its pixels.
  ///
  /// - Precondition: The picture is not empty, and `pixels` holds `width · height · 3` values.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    Self.check(width, height, pixels)
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Creates a copy of a part of the picture whose upper left corner is at (`x`, `y`).
  ///
  /// - Precondition: The part is not empty and lies inside the picture.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> Image {
    precondition(
      x >= 0 && y >= 0 && width > 0 && height > 0 && width <= self.width - x
        && height <= self.height - y,
      "a part of \(width)×\(height) at (\(x), \(y)) leaves the picture of \(self.width)×\(self.height)"
    )
    var part = [UInt8]()
    part.reserveCapacity(width * height * 3)
    for row in y..<y + height {
      let start = (row * self.width + x) * 3
      part += pixels[start..<start + width * 3]
    }
    return Image(width: width, height: height, pixels: part)
  }

  /// Creates the mirror image, left and right exchanged.
  public func flippedHorizontally() -> Image {
    let flipped = [UInt8](unsafeUninitializedCapacity: pixels.count) { flipped, count in
      pixels.withUnsafeBufferPointer {
        Orientation.mirrored.place(
          $0, row: 0, of: (width, height), channels: 3, in: flipped)
      }
      count = pixels.count
    }
    return Image(width: width, height: height, pixels: flipped)
  }

  private static func check(_ width: Int, _ height: Int, _ pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3,
      "\(pixels.count) values for a picture of \(width)×\(height) pixels of 3")
  }
}
