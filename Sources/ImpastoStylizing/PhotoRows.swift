public import ImpastoImaging

/// A photo that can be read in bands of rows, as often as needed.
public protocol PhotoRows: Sendable {
  /// The number of columns, one or more.
  var width: Int { get }
  /// The number of rows, one or more.
  var height: Int { get }

  /// Red, green and blue of the pixels of some rows, as `Image.pixels` has them.
  ///
  /// Rows are mostly asked for from the top, by several threads, each its part.
  ///
  /// - Precondition: the photo has the rows.
  /// - Throws: what keeps the photo from being read.
  func levels(ofRows rows: Range<Int>) throws(ImageError) -> [UInt8]

  /// The opacity of its pixels; nil where all are opaque.
  ///
  /// Colours are asked for of transparent pixels too: filters see them beside those that are
  /// visible, though they do not count in statistics.
  var opacity: Opacity? { get }
}

extension PhotoRows {
  /// All are opaque.
  public var opacity: Opacity? { nil }
}

extension PhotoRows {
  /// Reads the photo once, from the top, and makes one of another size of it, as
  /// `Image.resized(width:height:)` does.
  func resized(width: Int, height: Int) throws(ImageError) -> Image {
    let resampling = Resampling(from: (self.width, self.height), to: (width, height))
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height)
    for first in stride(from: 0, to: height, by: 16) {
      let rows = first..<min(first + 16, height)
      let needed = resampling.neededRows(for: rows)
      let levels = try levels(ofRows: needed)
      pixels += resampling.levels(ofRows: rows, from: levels[...], first: needed.lowerBound)
    }
    return Image(
      width: width, height: height, pixels: pixels,
      opacity: opacity?.resized(width: width, height: height))
  }
}

extension Image: PhotoRows {
  public func levels(ofRows rows: Range<Int>) -> [UInt8] {
    Array(pixels[rows.lowerBound * width * 3..<rows.upperBound * width * 3])
  }
}
