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

extension Image: PhotoRows {
  public func levels(ofRows rows: Range<Int>) -> [UInt8] {
    Array(pixels[rows.lowerBound * width * 3..<rows.upperBound * width * 3])
  }
}
