/// The mean and the covariance of a picture's colours, as fractions of full brightness in sRGB.
public struct ColorStatistics: Hashable, Sendable {
  /// The mean red, green and blue, 0…1.
  public let mean: SIMD3<Double>
  fileprivate let covariance: SymmetricMatrix3

  /// Measures the pixels of `image`.
  public init(of image: Image) {
    // Whole numbers, so that the result depends on no order: 255² · 256 million fits.
    var (sums, squares, products) = (
      SIMD3<UInt64>.zero, SIMD3<UInt64>.zero, SIMD3<UInt64>.zero
    )
    image.pixels.withUnsafeBufferPointer { pixels in
      for start in stride(from: 0, to: pixels.count, by: 3) {
        let (red, green, blue) = (
          UInt64(pixels[start]), UInt64(pixels[start &+ 1]), UInt64(pixels[start &+ 2])
        )
        sums &+= SIMD3(red, green, blue)
        squares &+= SIMD3(red &* red, green &* green, blue &* blue)
        products &+= SIMD3(green &* blue, red &* blue, red &* green)
      }
    }
    let count = Double(image.width * image.height)
    let mean = SIMD3<Double>(sums) / (255 * count)
    self.init(
      mean: mean, meanSquares: SIMD3<Double>(squares) / (255 * 255 * count),
      meanProducts: SIMD3<Double>(products) / (255 * 255 * count))
  }

  /// The statistics of several pictures together, in which each counts as much as another whatever
  /// its size.
  ///
  /// - Precondition: there is one at least.
  public init(of parts: [ColorStatistics]) {
    precondition(!parts.isEmpty, "the colours of no picture")
    let count = Double(parts.count)
    func mean(_ value: (ColorStatistics) -> SIMD3<Double>) -> SIMD3<Double> {
      parts.reduce(.zero) { $0 + value($1) } / count
    }
    self.init(
      mean: mean(\.mean), meanSquares: mean { $0.covariance.diagonal + $0.mean * $0.mean },
      meanProducts: mean { $0.covariance.others + Self.products($0.mean) })
  }

  private init(mean: SIMD3<Double>, meanSquares: SIMD3<Double>, meanProducts: SIMD3<Double>) {
    self.mean = mean
    covariance = SymmetricMatrix3(
      diagonal: meanSquares - mean * mean, others: meanProducts - Self.products(mean))
  }

  /// Green·blue, red·blue and red·green.
  private static func products(_ color: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(color.y * color.z, color.x * color.z, color.x * color.y)
  }
}

extension Image {
  /// Creates a picture whose colours have the mean and covariance `colors`.
  ///
  /// x ↦ Σ₂^½ Σ₁^−½ (x − μ₁) + μ₂, from this picture's μ₁ and Σ₁ to μ₂ and Σ₂. Levels beyond black
  /// and white are cut off. In sRGB and not in linear light, because pictures are shown, and looked
  /// at by the loss network, in sRGB.
  ///
  /// A direction of colour in which this picture hardly varies, as saturation in a drawing in ink,
  /// stays narrow: stretching it would show noise.
  ///
  /// Source: Hertzmann, Jacobs, Oliver, Curless, Salesin 2001; Gatys, Bethge, Hertzmann, Shechtman
  /// 2016, “Preserving color in neural artistic style transfer”, section 4.1.
  public func recolored(to colors: ColorStatistics) -> Image {
    let own = ColorStatistics(of: self)
    let spread = own.covariance.mapEigenvalues {
      1 / max($0, Self.minimumVariance).squareRoot()
    }
    let target = colors.covariance.mapEigenvalues { max($0, 0).squareRoot() }
    let (s, t) = (spread.rows, target.rows)
    /// Σ₂^½ Σ₁^−½ `color`.
    func transformed(_ color: SIMD3<Double>) -> SIMD3<Double> {
      let whitened = SIMD3((s.0 * color).sum(), (s.1 * color).sum(), (s.2 * color).sum())
      return SIMD3((t.0 * whitened).sum(), (t.1 * whitened).sum(), (t.2 * whitened).sum())
    }
    // What each channel adds to all three, in levels, and what is added to every pixel.
    let columns = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].map { SIMD3<Float>(transformed($0)) }
    let offset = SIMD3<Float>(255 * (colors.mean - transformed(own.mean)) + 0.5)
    let recolored = [UInt8](unsafeUninitializedCapacity: pixels.count) { result, count in
      pixels.withUnsafeBufferPointer { pixels in
        for start in stride(from: 0, to: pixels.count, by: 3) {
          var color = offset + Float(pixels[start]) * columns[0]
          color += Float(pixels[start &+ 1]) * columns[1]
          color += Float(pixels[start &+ 2]) * columns[2]
          color.clamp(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
          for channel in 0..<3 { result[start &+ channel] = UInt8(color[channel]) }
        }
      }
      count = pixels.count
    }
    return Image(width: width, height: height, pixels: recolored)
  }

  /// A deviation of two levels: less is noise.
  private static let minimumVariance = (2.0 / 255) * (2.0 / 255)
}
