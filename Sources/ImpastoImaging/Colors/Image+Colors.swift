extension Image {
  /// Creates a picture with the luminance of this one and the colours of another.
  ///
  /// Each pixel becomes y + t·(q − y′), with y the luma of this picture's pixel, and q and y′ the
  /// other's pixel and its luma: the other's chroma in YCbCr. The share t is 1 where that is a
  /// colour of the screen, and otherwise the largest that gives one, so that bright and dark
  /// places turn paler rather than brighter or darker.
  ///
  /// - Parameters:
  ///   - photo: A picture of the same size.
  /// - Returns: A picture of the same luma to half a level; `photo` itself where both are equal.
  ///
  /// Source: ITU-R BT.601; Gatys, Bethge, Hertzmann, Shechtman 2016 for luminance alone.
  public func withColors(of photo: Image) -> Image {
    precondition(
      width == photo.width && height == photo.height,
      "colours of \(photo.width)×\(photo.height) pixels for a picture of \(width)×\(height)")
    let colored = [UInt8](unsafeUninitializedCapacity: pixels.count) { colored, count in
      pixels.withUnsafeBufferPointer { pixels in
        photo.pixels.withUnsafeBufferPointer { colors in
          var i = 0
          while i < pixels.count {
            let luma = Self.luma(pixels[i], pixels[i &+ 1], pixels[i &+ 2])
            let color = SIMD3(Float(colors[i]), Float(colors[i &+ 1]), Float(colors[i &+ 2]))
            let chroma = color - Self.luma(colors[i], colors[i &+ 1], colors[i &+ 2])
            let (lowest, highest) = (chroma.min(), chroma.max())
            var share: Float = 1
            if luma + highest > 255 { share = (255 - luma) / highest }
            if luma + share * lowest < 0 { share = -luma / lowest }
            let level = (luma + share * chroma + 0.5).clamped(
              lowerBound: SIMD3(repeating: 0), upperBound: SIMD3(repeating: 255))
            for c in 0..<3 { colored[i &+ c] = UInt8(level[c]) }
            i &+= 3
          }
        }
      }
      count = pixels.count
    }
    return Image(width: width, height: height, pixels: colored, opacity: opacity)
  }

  /// The brightness of a colour as television weighs it, 0…255.
  @inlinable
  package static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Float {
    0.299 * Float(red) + 0.587 * Float(green) + 0.114 * Float(blue)
  }
}
