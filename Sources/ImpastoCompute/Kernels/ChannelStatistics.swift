/// The mean and deviation of each channel of each image, for normalization.
public struct ChannelStatistics: Sendable {
  /// μ, `[batch × channels]`.
  public let mean: [Float]
  /// σ², biased, `[batch × channels]`.
  public let variance: [Float]
  /// The pixels of each image: the sum of their weights, where they have some.
  public let pixels: Double

  /// The usual ε, which keeps channels without contrast finite; as in the code of Dumoulin, Shlens,
  /// Kudlur 2017.
  public static let epsilon: Float = 1e-5

  init(mean: [Float], variance: [Float], pixels: Double) {
    (self.mean, self.variance, self.pixels) = (mean, variance, pixels)
  }

  /// The statistics of a whole, from those of its parts.
  ///
  /// - Precondition: one part or more, of as many channels each, and pixels in one of them.
  ///
  /// Source: Chan, Golub, LeVeque 1979.
  package init(merging parts: [ChannelStatistics]) {
    precondition(
      !parts.isEmpty && parts.allSatisfy { $0.mean.count == parts[0].mean.count },
      "parts of \(parts.map(\.mean.count)) channels")
    let pixels = parts.reduce(0) { $0 + $1.pixels }
    precondition(pixels > 0, "statistics of no pixels")
    let channels = parts[0].mean.indices
    let mean = channels.map { channel in
      parts.reduce(0.0) { $0 + $1.pixels * Double($1.mean[channel]) } / pixels
    }
    let variance = channels.map { channel in
      parts.reduce(0.0) { sum, part in
        let offset = Double(part.mean[channel]) - mean[channel]
        return sum + part.pixels * (Double(part.variance[channel]) + offset * offset)
      } / pixels
    }
    self.init(mean: mean.map(Float.init), variance: variance.map(Float.init), pixels: pixels)
  }

  /// Indicates whether all of them are finite; one pixel that is not makes those of its channel
  /// infinite or NaN.
  package var isFinite: Bool { (mean + variance).allSatisfy(\.isFinite) }

  /// 1/√(σ² + ε).
  private func inverseDeviation(_ channel: Int, _ epsilon: Float) -> Float {
    1 / (variance[channel] + epsilon).squareRoot()
  }

  /// Normalization, scale γ and shift β, `[batch × channels]`, in one affine step of the input.
  package func affine(
    scale: [Float], shift: [Float], epsilon: Float = epsilon
  ) -> ChannelAffine {
    precondition(
      scale.count == mean.count && shift.count == mean.count,
      "\(scale.count) scales and \(shift.count) shifts for \(mean.count) channels")
    let factors = mean.indices.map { scale[$0] * inverseDeviation($0, epsilon) }
    let addends = mean.indices.map { shift[$0] - mean[$0] * factors[$0] }
    return ChannelAffine(scale: factors, shift: addends)
  }

  /// Σ g·x̂ from Σ g and Σ g·x.
  package func scaleGradient(
    sums: [Float], inputProducts: [Float], epsilon: Float = epsilon
  ) -> [Float] {
    mean.indices.map { inverseDeviation($0, epsilon) * (inputProducts[$0] - mean[$0] * sums[$0]) }
  }

  /// The a, b and c of ∂/∂x = a·g + b·x + c, which is
  /// a·(g − Σg/M − x̂·Σ(g·x̂)/M) over the M pixels.
  package func inputGradientFactors(
    scale a: [Float], scaleGradient: [Float], shiftGradient: [Float], epsilon: Float = epsilon
  ) -> (a: [Float], b: [Float], c: [Float]) {
    let count = Float(pixels)
    let b = mean.indices.map { -a[$0] * inverseDeviation($0, epsilon) * scaleGradient[$0] / count }
    let c = mean.indices.map { -a[$0] * shiftGradient[$0] / count - b[$0] * mean[$0] }
    return (a, b, c)
  }
}
