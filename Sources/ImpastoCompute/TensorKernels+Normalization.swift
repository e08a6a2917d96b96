import CKernels
public import ImpastoTensors

/// What follows the affine step of a normalization.
public enum Activation: Sendable {
  /// Nothing.
  case linear
  /// max(0, x).
  case rectified
  /// 1 / (1 + e⁻ˣ).
  case sigmoid

  var kernel: kernels_activation {
    switch self {
    case .linear: kernels_linear
    case .rectified: kernels_rectified
    case .sigmoid: kernels_sigmoid
    }
  }
}

/// The frame into which a fused pass writes an image, ready for the next convolution.
public struct Frame: Hashable, Sendable {
  /// How many times each pixel is repeated along both axes: 1 or 2.
  public var upsampling: Int
  /// The pixels mirrored at each border, after upsampling.
  public var padding: Int

  /// Creates a frame.
  public init(upsampling: Int = 1, padding: Int = 0) {
    self.upsampling = upsampling
    self.padding = padding
  }

  /// The shape of an image of `shape` within the frame.
  public func shape(around shape: Shape) -> Shape {
    [
      shape.batch, shape.height * upsampling + 2 * padding,
      shape.width * upsampling + 2 * padding, shape.channels,
    ]
  }

  func kernel(_ shape: Shape) -> kernels_frame {
    precondition(
      (1...2).contains(upsampling) && padding >= 0
        && padding < min(shape.height, shape.width) * upsampling,
      "a border of \(padding) pixels cannot mirror an image \(shape) repeated \(upsampling) times")
    let extents = KernelExtents(shape)
    return kernels_frame(
      batch: extents.batch, height: extents.height, width: extents.width,
      channels: extents.channels, upsampling: Int64(upsampling), padding: Int64(padding))
  }
}

/// A scale and a shift for each channel of each image, both `[batch × channels]` in row-major order.
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
}

extension TensorKernels {
  /// The mean and the biased variance of each image's channels over its pixels.
  ///
  /// - Returns: Two arrays of `batch × channels`.
  /// - Complexity: One pass.
  public func channelStatistics(_ input: Tensor) -> (mean: [Float], variance: [Float]) {
    let extents = KernelExtents(input.shape)
    let count = input.shape.batch * input.shape.channels
    var mean = [Float](repeating: 0, count: count)
    var variance = mean
    input.withUnsafeBytes {
      kernels_channel_statistics(
        $0.start, input.scalarType.kernelType, extents.batch, extents.pixels, extents.channels,
        &mean, &variance, threads)
    }
    return (mean, variance)
  }

  /// framed(activation(scale·input + shift) + residual), in one pass.
  ///
  /// - Parameters:
  ///   - residual: Of `input`'s type and shape but for a border of `residualPadding` pixels.
  ///   - outputType: `input`'s type, or `float32`.
  /// - Complexity: One pass.
  public func apply(
    _ affine: ChannelAffine, to input: Tensor, activation: Activation = .linear,
    residual: Tensor? = nil, residualPadding: Int = 0, frame: Frame = Frame(),
    outputType: ScalarType? = nil
  ) -> Tensor {
    let outputType = outputType ?? input.scalarType
    check(affine, input.shape)
    if let residual {
      precondition(
        residual.shape == Frame(padding: residualPadding).shape(around: input.shape)
          && residual.scalarType == input.scalarType,
        "a residual \(residual.shape) with a border of \(residualPadding) for \(input.shape)")
    }
    return Tensor(uninitialized: frame.shape(around: input.shape), outputType) { output in
      input.withUnsafeBytes { bytes in
        withBytes(of: residual) { residual in
          kernels_apply(
            bytes.start, input.scalarType.kernelType, frame.kernel(input.shape), affine.scale,
            affine.shift, activation.kernel, residual, Int64(residualPadding), output,
            outputType.kernelType, threads)
        }
      }
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
    precondition(
      outputGradient.shape == frame.shape(around: input.shape),
      "a gradient \(outputGradient.shape) for a frame \(frame.shape(around: input.shape))")
    var sums = [Float](repeating: 0, count: affine.scale.count)
    var products = sums
    let gradient = Tensor(uninitialized: input.shape, input.scalarType) { gradient in
      input.withUnsafeBytes { bytes in
        outputGradient.withUnsafeBytes { arriving in
          kernels_apply_gradient(
            bytes.start, input.scalarType.kernelType, frame.kernel(input.shape), affine.scale,
            affine.shift, activation.kernel, arriving.start, outputGradient.scalarType.kernelType,
            gradient, &sums, &products, threads)
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
    let type = input.scalarType.kernelType
    gradient.withUnsafeMutableBytes { gradient in
      input.withUnsafeBytes { input in
        kernels_combine(
          gradient.start, input.start, type, extents.batch, extents.pixels, extents.channels, a, b,
          c, threads)
      }
    }
  }

  private func check(_ affine: ChannelAffine, _ shape: Shape) {
    let count = shape.batch * shape.channels
    precondition(
      affine.scale.count == count && affine.shift.count == count,
      "\(affine.scale.count) scales and \(affine.shift.count) shifts for \(shape)")
  }
}
