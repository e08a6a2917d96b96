public import ImpastoCompute
public import ImpastoTensors

/// Photos of one size, as the transformation network reads them.
public struct PhotoBatch: Sendable {
  /// The levels in the network's range, `[batch, height, width, 3]`.
  ///
  /// Normalization cancels scale and offset of the first layer's input, and centered at 128 every
  /// 8-bit level is exact in bf16. Differs from Dumoulin et al., who feed 0…1.
  public let input: Tensor
  private let levels: [UInt8]
  private let kernels: TensorKernels

  /// Prepares a batch.
  ///
  /// - Parameters:
  ///   - levels: 8-bit RGB, image after image, row by row.
  ///   - shape: `[batch, height, width, 3]`.
  ///   - range: That of what the network reads.
  public init(
    levels: [UInt8], shape: Shape, range: TransformArchitecture.InputRange = .centered,
    scalarType: ScalarType, kernels: TensorKernels
  ) {
    self.levels = levels
    self.kernels = kernels
    if let (mean, divisor) = range.ofAllChannels {
      input = kernels.tensor(
        fromLevels: levels, shape: shape, center: mean, scale: 1 / divisor, type: scalarType)
      return
    }
    let plain = kernels.tensor(
      fromLevels: levels, shape: shape, center: 0, scale: 1, type: .float32)
    let affine = ChannelAffine(
      scale: range.divisor.map { 1 / $0 }, shift: zip(range.mean, range.divisor).map { -$0 / $1 })
    input = kernels.convert(
      kernels.apply(affine.repeated(shape.batch), to: plain), to: scalarType)
  }

  /// f32 pixels in 0…1, of `input`'s shape; made anew each time.
  public var pixels: Tensor {
    kernels.tensor(
      fromLevels: levels, shape: input.shape, center: 0, scale: 1 / 255, type: .float32)
  }

  /// The statistics that the `photo` row gives back to the last layer; computed anew each time.
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
  /// The distance that logits keep from black and white, where they would be infinite: half a
  /// level.
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

extension TransformArchitecture.InputRange {
  /// The mean and divisor, where they are the same for all channels.
  fileprivate var ofAllChannels: (mean: Float, divisor: Float)? {
    Set(mean).count == 1 && Set(divisor).count == 1 ? (mean[0], divisor[0]) : nil
  }
}
