/// The opacity of each pixel of a picture.
public struct Opacity: Sendable, Equatable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// 0 for transparent to 255 for opaque, rows from the top.
  public internal(set) var levels: [UInt8]

  /// Creates the opacity of a picture.
  ///
  /// - Precondition: `width · height` levels, one or more.
  public init(width: Int, height: Int, levels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && levels.count == width * height,
      "\(levels.count) levels for \(width)×\(height) pixels")
    (self.width, self.height, self.levels) = (width, height, levels)
  }

  /// That of a picture of which nothing shows.
  package static func transparent(like picture: Image) -> Opacity {
    Opacity(
      width: picture.width, height: picture.height,
      levels: [UInt8](repeating: 0, count: picture.width * picture.height))
  }

  /// That of some rows.
  public func rows(_ rows: Range<Int>) -> Opacity {
    Opacity(
      width: width, height: rows.count,
      levels: Array(levels[rows.lowerBound * width..<rows.upperBound * width]))
  }

  /// That of a picture scaled as ``Image/resized(width:height:)`` scales.
  package func resized(width: Int, height: Int) -> Opacity {
    if (width, height) == (self.width, self.height) { return self }
    return resized(
      Resampling(from: (self.width, self.height), to: (width, height)), rows: 0..<height)
  }

  /// Some rows of that of a picture scaled by `resampling`.
  package func resized(_ resampling: Resampling, rows: Range<Int>) -> Opacity {
    let needed = resampling.neededRows(for: rows)
    let grey = levels[needed.lowerBound * width..<needed.upperBound * width]
      .flatMap { [$0, $0, $0] }
    let resized = resampling.levels(ofRows: rows, from: grey[...], first: needed.lowerBound)
    return Opacity(
      width: resized.count / (3 * rows.count), height: rows.count,
      levels: stride(from: 0, to: resized.count, by: 3).map { resized[$0] })
  }

  /// Pixels of red, green, blue and alpha: with the colours `pixels`, and black where nothing of a
  /// pixel shows, so that files stay small.
  func applied(to pixels: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 4 * levels.count) { result, count in
      pixels.withUnsafeBufferPointer { pixels in
        for (pixel, alpha) in levels.enumerated() {
          for channel in 0..<3 {
            result[4 &* pixel &+ channel] = alpha == 0 ? 0 : pixels[3 &* pixel &+ channel]
          }
          result[4 &* pixel &+ 3] = alpha
        }
      }
      count = 4 * levels.count
    }
  }
}
