extension Image {
  /// Creates a picture of another size with Lanczos filtering, exact at the borders.
  ///
  /// Each new pixel is the mean of the old ones around it, weighted by
  /// L(x) = sinc(x) · sinc(x / 3) for |x| < 3, with x in old pixels when enlarging and in new ones
  /// when shrinking, so that fine detail is averaged rather than sampled. Opacity is resized in the
  /// same way, beside the colours.
  ///
  /// - Parameters:
  ///   - width: The new number of columns, one or more.
  ///   - height: The new number of rows, one or more.
  public func resized(width: Int, height: Int) -> Image {
    resized(width: width, height: height, filter: .lanczos)
  }

  /// The same with another filter; opacity is resized with Lanczos filtering.
  package func resized(width: Int, height: Int, filter: ResamplingFilter) -> Image {
    precondition(width > 0 && height > 0, "a picture of \(width)×\(height) has no pixels")
    guard (width, height) != (self.width, self.height) else { return self }
    let resampling = Resampling(
      from: (self.width, self.height), to: (width: width, height: height), filter: filter)
    let resized = resampling.levels(ofRows: 0..<height, from: pixels[...], first: 0)
    return Image(
      width: width, height: height, pixels: resized,
      opacity: opacity?.resized(width: width, height: height))
  }

  /// Creates a picture of the same proportions whose longer side has `side` pixels.
  public func scaled(longerSide side: Int) -> Image { scaled(max(width, height), to: side) }

  /// Creates a picture of the same proportions whose shorter side has `side` pixels.
  public func scaled(shorterSide side: Int) -> Image { scaled(min(width, height), to: side) }

  /// The size of what ``scaled(longerSide:)`` makes of a picture of `width`×`height` pixels.
  package static func size(
    width: Int, height: Int, scaledToLongerSide side: Int
  ) -> (width: Int, height: Int) {
    scaled(width, height, by: (max(width, height), side))
  }

  private func scaled(_ length: Int, to newLength: Int) -> Image {
    let size = Self.scaled(width, height, by: (length, newLength))
    return resized(width: size.width, height: size.height)
  }

  private static func scaled(
    _ width: Int, _ height: Int, by ratio: (from: Int, to: Int)
  ) -> (width: Int, height: Int) {
    func scaled(_ side: Int) -> Int {
      max(Int((Double(side) * Double(ratio.to) / Double(ratio.from)).rounded()), 1)
    }
    return (scaled(width), scaled(height))
  }
}
