extension Image {
  /// Creates a picture with the coarse forms and colours of this one and the fine detail of
  /// another.
  ///
  /// Each channel becomes x + share·(d − blurred(d)), with x this picture's and d what the other
  /// has more.
  ///
  /// - Parameters:
  ///   - detailed: A picture of the same size and about the same forms.
  ///   - radius: Of the ``Blur`` that tells detail from form, 1 or more pixels.
  ///   - share: How much of the detail to take, 0…1.
  package func withDetail(of detailed: Image, radius: Int, share: Float) -> Image {
    precondition(
      width == detailed.width && height == detailed.height,
      "detail of \(detailed.width)×\(detailed.height) pixels for a picture of \(width)×\(height)")
    // Six bits more than the levels, for means between them.
    let difference = zip(detailed.pixels, pixels).map { (Int32($0) - Int32($1)) << 6 }
    var coarse = difference
    Blur(radius: radius).apply(to: &coarse, width: width, height: height, channels: 3)
    let factor = share / 64
    let result = pixels.indices.map { i in
      let detail = factor * Float(difference[i] &- coarse[i])
      return UInt8(min(max(Float(pixels[i]) + detail + 0.5, 0), 255))
    }
    return Image(width: width, height: height, pixels: result, opacity: opacity)
  }
}
