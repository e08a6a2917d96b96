import CKernels
public import ImpastoTensors

/// The padding of an image, which a fused pass writes around it for the next convolution.
public struct Frame: Hashable, Sendable {
  /// The kind of padding.
  public enum Border: Hashable, Sendable {
    /// Reflection: the pixels inside, in reverse; the image's outermost pixel itself is not repeated.
    case mirrored
    /// Replication of the image's outermost pixel.
    case repeated
    /// Zeros.
    case zeros

    fileprivate var kernel: kernels_border {
      switch self {
      case .mirrored: kernels_mirrored
      case .repeated: kernels_repeated
      case .zeros: kernels_zeros
      }
    }
  }

  /// The pixels added at each side, at most 16.
  public var padding: Int
  /// The kind of padding.
  public var border: Border

  /// Creates a frame; without padding it is the image itself.
  public init(padding: Int = 0, border: Border = .mirrored) {
    self.padding = padding
    self.border = border
  }

  /// The row of an image of `height` rows that the frame shows at `row`, which may be above the
  /// first or below the last; nil for zeros.
  package func row(shownAt row: Int, height: Int) -> Int? {
    switch border {
    case .repeated: min(max(row, 0), height - 1)
    case .mirrored: row < 0 ? -row : row < height ? row : 2 * (height - 1) - row
    case .zeros: (0..<height).contains(row) ? row : nil
    }
  }

  /// The shape of an image of `shape` within the frame.
  public func shape(around shape: Shape) -> Shape {
    [shape.batch, shape.height + 2 * padding, shape.width + 2 * padding, shape.channels]
  }

  func kernel(_ shape: Shape) -> kernels_frame {
    precondition(
      border != .mirrored || padding < shape.height,
      "a border of \(padding) \(border) pixels around an image \(shape)")
    return bandKernel(shape)
  }

  /// The frame of some rows, which is none above and below.
  fileprivate func bandKernel(_ shape: Shape) -> kernels_frame {
    precondition(
      (0...16).contains(padding) && (border != .mirrored || padding < shape.width),
      "a border of \(padding) \(border) pixels left and right of \(shape)")
    let extents = KernelExtents(shape)
    return kernels_frame(
      batch: extents.batch, height: extents.height, width: extents.width,
      channels: extents.channels, padding: Int64(padding), border: border.kernel)
  }
}

/// A scale and a shift for each channel of each image, both `[batch × channels]` in row-major
/// order.
public struct ChannelAffine: Sendable {
  /// Factors.
  public var scale: [Float]
  /// Addends.
  public var shift: [Float]

  /// Creates an affine step.
  public init(scale: [Float], shift: [Float]) {
    self.scale = scale
    self.shift = shift
  }

  /// The step that leaves each of `channels` as it is.
  package static func identity(channels: Int) -> ChannelAffine {
    ChannelAffine(
      scale: [Float](repeating: 1, count: channels), shift: [Float](repeating: 0, count: channels))
  }

  /// The step that adds a bias, `[channels]`.
  package init(bias: Tensor) {
    self.init(scale: [Float](repeating: 1, count: bias.count), shift: bias.scalars)
  }

  /// The same step for each of `count` images.
  package func repeated(_ count: Int) -> ChannelAffine {
    ChannelAffine(
      scale: (0..<count).flatMap { _ in scale }, shift: (0..<count).flatMap { _ in shift })
  }

  /// Indicates whether all factors and addends are finite.
  package var isFinite: Bool { (scale + shift).allSatisfy(\.isFinite) }
}

extension TensorKernels {
  /// The mean and the biased variance of each image's channels over its pixels.
  ///
  /// - Complexity: One pass.
  public func channelStatistics(_ input: Tensor) -> ChannelStatistics {
    let extents = KernelExtents(input.shape)
    let count = input.shape.batch * input.shape.channels
    var mean = [Float](repeating: 0, count: count)
    var variance = mean
    input.withUnsafeBytes {
      kernels_channel_statistics(
        $0.start, input.scalarType.kernelType, extents.batch, extents.pixels, extents.channels,
        &mean, &variance, threads)
    }
    return ChannelStatistics(
      mean: mean, variance: variance, pixels: Double(input.shape.height * input.shape.width))
  }

  /// The mean and variance of one image whose pixels have weights.
  ///
  /// - Parameter weights: 0 or more for each pixel, rows from the top.
  /// - Complexity: Two passes over each piece of the image while it is in the caches.
  public func channelStatistics(_ input: Tensor, weights: [Float]) -> ChannelStatistics {
    let extents = KernelExtents(input.shape)
    precondition(
      extents.batch == 1 && weights.count == Int(extents.pixels),
      "\(weights.count) weights for \(input.shape)")
    var mean = [Float](repeating: 0, count: input.shape.channels)
    var variance = mean
    let pixels = input.withUnsafeBytes {
      kernels_weighted_statistics(
        $0.start, input.scalarType.kernelType, extents.pixels, extents.channels, weights, &mean,
        &variance, threads)
    }
    return ChannelStatistics(mean: mean, variance: variance, pixels: pixels)
  }

  /// framed(activation(scale·input + shift) + residual), in one pass.
  ///
  /// What is added to is not activated: one of the two is linear or left out.
  ///
  /// - Parameters:
  ///   - affine: One scale and shift per image and channel; with `weights` one for each of their
  ///     rows, `[batch × rows × channels]`.
  ///   - weights: How much each row counts in each pixel, f32 `[batch, height, width, rows]`. It
  ///     may be larger than `input`, with the upper left corner in common. A row with the weight
  ///     of 1, where others have 0, gives what it gives alone, bit for bit.
  ///   - residual: Of `input`'s type and shape but for a border of `residualPadding` pixels.
  ///   - outputType: `input`'s type, or `float32`.
  /// - Complexity: One pass.
  public func apply(
    _ affine: ChannelAffine, weights: Tensor? = nil, to input: Tensor,
    activation: Activation = .linear, residual: Tensor? = nil, residualPadding: Int = 0,
    frame: Frame = Frame(), outputType: ScalarType? = nil
  ) -> Tensor {
    let outputType = outputType ?? input.scalarType
    checkOutput(outputType, of: input)
    check(affine, input.shape, rows: weights?.shape.channels ?? 1)
    if let weights { checkCovers(weights, input.shape) }
    checkLinear(activation, adding: residual)
    if let residual {
      precondition(
        residual.shape == Frame(padding: residualPadding).shape(around: input.shape)
          && residual.scalarType == input.scalarType,
        "a residual \(residual.shape) with a border of \(residualPadding) for \(input.shape)")
    }
    return Tensor(uninitialized: frame.shape(around: input.shape), outputType) { output in
      withNormalization(
        of: input, by: affine, weights: weights, activation, residual: residual,
        residualPadding: residualPadding, frame.kernel(input.shape), outputType
      ) { kernels_normalize($0, output, threads) }
    }
  }

  /// `apply` for some rows of one image, into rows of a band: with what the frame shows left and
  /// right of them, and nothing above or below.
  ///
  /// - Parameters:
  ///   - input: The rows, of one image.
  ///   - weights: f32 `[1, rows, width, mixtures]`, and as for `apply`.
  ///   - residual: Of `input`'s type and shape.
  ///   - band: `[1, height, width + 2·padding, channels]`.
  ///   - row: The first of the rows of `band` that are written.
  package func apply(
    _ affine: ChannelAffine, weights: Tensor? = nil, to input: Tensor, activation: Activation,
    residual: Tensor?, frame: Frame, into band: inout Tensor, row: Int
  ) {
    let (shape, target, targetType) = (input.shape, band.shape, band.scalarType)
    check(affine, shape, rows: weights?.shape.channels ?? 1)
    if let weights { checkCovers(weights, shape) }
    checkLinear(activation, adding: residual)
    if let residual { checkSame(residual, input) }
    checkOutput(targetType, of: input)
    precondition(
      shape.batch == 1 && target.batch == 1 && target.width == shape.width + 2 * frame.padding
        && target.channels == shape.channels
        && row >= 0 && row + shape.height <= target.height,
      "\(shape) from row \(row) on in a band of \(target)")
    let start = row * target.width * target.channels * targetType.size
    band.withUnsafeMutableBytes { output in
      withNormalization(
        of: input, by: affine, weights: weights, activation, residual: residual,
        frame.bandKernel(shape), targetType
      ) { kernels_normalize_band($0, output.start + start) }
    }
  }

  /// The adjoint of `apply` up to its affine step.
  ///
  /// - Returns: The gradient before the affine step, of `input`'s shape and type; its sums, and
  ///   the sums of its products with `input`, over the pixels of each image and channel.
  public func applyGradient(
    _ outputGradient: Tensor, affine: ChannelAffine, input: Tensor, activation: Activation,
    frame: Frame
  ) -> (gradient: Tensor, sums: [Float], inputProducts: [Float]) {
    check(affine, input.shape)
    checkOutput(outputGradient.scalarType, of: input)
    precondition(
      outputGradient.shape == frame.shape(around: input.shape),
      "a gradient \(outputGradient.shape) for a frame \(frame.shape(around: input.shape))")
    var sums = [Float](repeating: 0, count: affine.scale.count)
    var products = sums
    let gradient = Tensor(uninitialized: input.shape, input.scalarType) { gradient in
      outputGradient.withUnsafeBytes { arriving in
        withNormalization(
          of: input, by: affine, activation, frame.kernel(input.shape), outputGradient.scalarType
        ) {
          kernels_normalize_gradient($0, arriving.start, gradient, &sums, &products, threads)
        }
      }
    }
    return (gradient, sums, products)
  }

  /// gradient ← a·gradient + b·input + c, with a factor of each kind per image and channel.
  public func combine(
    _ gradient: inout Tensor, a: [Float], input: Tensor, b: [Float], c: [Float]
  ) {
    checkSame(gradient, input)
    let extents = KernelExtents(input.shape)
    for (factors, name) in [(a, "a"), (b, "b"), (c, "c")] {
      checkCount(
        factors, input.shape.batch * input.shape.channels, "factors \(name)", input.shape)
    }
    let type = input.scalarType.kernelType
    gradient.withUnsafeMutableBytes { gradient in
      input.withUnsafeBytes { input in
        kernels_combine(
          gradient.start, input.start, type, extents.batch, extents.pixels, extents.channels, a, b,
          c, threads)
      }
    }
  }

  private func check(_ affine: ChannelAffine, _ shape: Shape, rows: Int = 1) {
    let count = shape.batch * rows * shape.channels
    checkCount(affine.scale, count, "scales in \(rows) rows", shape)
    checkCount(affine.shift, count, "shifts in \(rows) rows", shape)
  }

  private func checkCovers(_ weights: Tensor, _ shape: Shape) {
    precondition(
      weights.scalarType == .float32 && weights.shape.batch == shape.batch
        && weights.shape.height >= shape.height && weights.shape.width >= shape.width,
      "\(weights.scalarType.rawValue) weights \(weights.shape) for \(shape)")
  }
}

/// Calls `body` with what the C loops read of a normalization.
private func withNormalization<Result>(
  of input: Tensor, by affine: ChannelAffine, weights: Tensor? = nil, _ activation: Activation,
  residual: Tensor? = nil, residualPadding: Int = 0, _ frame: kernels_frame,
  _ outputType: ScalarType, _ body: (UnsafePointer<kernels_normalization>) -> Result
) -> Result {
  input.withUnsafeBytes { bytes in
    withBytes(of: residual) { residual in
      withBlend(of: weights) { blend in
        withPointer(to: affine.scale) { scale in
          withPointer(to: affine.shift) { shift in
            var normalization = kernels_normalization(
              input: bytes.start, type: input.scalarType.kernelType, frame: frame, scale: scale,
              shift: shift, blend: blend, activation: activation.kernel, residual: residual,
              residual_padding: Int64(residualPadding), output_type: outputType.kernelType)
            return body(&normalization)
          }
        }
      }
    }
  }
}

/// Calls `body` with the place of `numbers` in memory, for as long as it runs.
private func withPointer<Result>(
  to numbers: [Float], _ body: (UnsafePointer<Float>) -> Result
) -> Result { body(numbers) }

/// Calls `body` with what the C loops read of `weights`, or with nil where there are none.
private func withBlend<Result>(
  of weights: Tensor?, _ body: (UnsafePointer<kernels_blend>?) -> Result
) -> Result {
  guard let weights else { return body(nil) }
  let extents = KernelExtents(weights.shape)
  return weights.withUnsafeBytes { bytes in
    var blend = kernels_blend(
      height: extents.height, width: extents.width, rows: extents.channels,
      weights: bytes.start.assumingMemoryBound(to: Float.self))
    return body(&blend)
  }
}
