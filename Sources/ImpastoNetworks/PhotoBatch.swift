public import ImpastoCompute
public import ImpastoTensors

/// Photos of one size, as the transformation network reads them.
public struct PhotoBatch: Sendable {
  /// (level − 128)/128, `[batch, height, width, 3]`.
  ///
  /// Normalization cancels scale and offset of the first layer's input, and so centred every 8-bit
  /// level is exact in bf16. Differs from Dumoulin et al., who feed 0…1.
  public let input: Tensor
  private let levels: [UInt8]
  private let kernels: TensorKernels

  /// Prepares a batch.
  ///
  /// - Parameters:
  ///   - levels: 8-bit RGB, image after image, row by row.
  ///   - shape: `[batch, height, width, 3]`.
  public init(levels: [UInt8], shape: Shape, scalarType: ScalarType, kernels: TensorKernels) {
    self.levels = levels
    self.kernels = kernels
    input = kernels.tensor(
      fromLevels: levels, shape: shape, center: 128, scale: 1 / 128, type: scalarType)
  }

  /// f32 pixels in 0…1, of `input`'s shape; made anew each time.
  public var pixels: Tensor {
    kernels.tensor(
      fromLevels: levels, shape: input.shape, center: 0, scale: 1 / 255, type: .float32)
  }

  /// What the `photo` row gives back to the last layer; computed anew each time.
  public var statistics: PhotoStatistics { PhotoStatistics(merging: [logitStatistics()]) }

  /// The statistics of the photos' logits, which may be a band of a larger photo.
  ///
  /// - Parameter weights: How much each pixel of one photo counts; without them all count the same.
  package func logitStatistics(weights: [Float]? = nil) -> ChannelStatistics {
    let logits = kernels.logit(pixels, margin: PhotoStatistics.margin)
    return weights.map { kernels.channelStatistics(logits, weights: $0) }
      ?? kernels.channelStatistics(logits)
  }
}

/// The mean and deviation of each photo's channels before the sigmoid, `[batch × 3]`.
public struct PhotoStatistics: Sendable {
  /// How near logits are taken to black and white, where they would be infinite: half a level.
  static let margin: Float = 1 / 510

  let mean: [Float]
  let deviation: [Float]

  /// Takes the statistics of a photo's logits from those of its parts.
  package init(merging parts: [ChannelStatistics]) {
    let whole = ChannelStatistics(merging: parts)
    mean = whole.mean
    deviation = whole.variance.map { $0.squareRoot() }
  }
}
