/// A picture of 8-bit RGB pixels, as files and screens show it.
///
/// ```swift
/// let photo = try Image(contentsOf: "photo.jpg")
/// try photo.scaled(longerSide: 20).write(to: "small.png")
/// ```
public struct Image: Sendable, Equatable {
  /// The number of columns, one or more.
  public let width: Int
  /// The number of rows, one or more.
  public let height: Int
  /// Red, green and blue of each pixel, rows from the top; `width · height · 3` values.
  public var pixels: [UInt8] {
    didSet { Self.check(width, height, pixels) }
  }

  /// The opacity of the pixels; nil where all are opaque.
  ///
  /// Whatever is made of the picture's pixels alone leaves it out; what is laid on another picture or
  /// written to a file heeds it.
  public var opacity: Opacity? {
    didSet { Self.check(opacity, width, height) }
  }

  /// Creates a picture from its pixels.
  ///
  /// - Precondition: The picture is not empty, `pixels` holds `width · height · 3` values, and
  ///   `opacity` is of the same size.
  public init(width: Int, height: Int, pixels: [UInt8], opacity: Opacity? = nil) {
    Self.check(width, height, pixels)
    Self.check(opacity, width, height)
    self.width = width
    self.height = height
    self.pixels = pixels
    self.opacity = opacity
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

  private static func check(_ opacity: Opacity?, _ width: Int, _ height: Int) {
    guard let opacity else { return }
    precondition(
      opacity.width == width && opacity.height == height,
      "the opacity of \(opacity.width)×\(opacity.height) pixels for \(width)×\(height)")
  }

  private static func check(_ width: Int, _ height: Int, _ pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3,
      "\(pixels.count) values for a picture of \(width)×\(height) pixels of 3")
  }
}
