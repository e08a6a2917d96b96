import CKernels
public import ImpastoTensors

extension TensorKernels {
  /// The same numbers in another type, rounded to nearest.
  public func convert(_ input: Tensor, to scalarType: ScalarType) -> Tensor {
    if input.scalarType == scalarType { return input }
    return Tensor(uninitialized: input.shape, scalarType) { output in
      input.withUnsafeBytes {
        kernels_convert(
          $0.start, input.scalarType.kernelType, output, scalarType.kernelType,
          Int64(input.count), threads)
      }
    }
  }

  /// sum ← sum + addend.
  public func add(_ addend: Tensor, to sum: inout Tensor) {
    checkSame(sum, addend)
    sum.withUnsafeMutableBytes { sum in
      addend.withUnsafeBytes {
        kernels_add(
          sum.start, $0.start, addend.scalarType.kernelType, Int64(addend.count), threads)
      }
    }
  }

  /// tensor ← factor·tensor, for a small f32 tensor such as a Gram matrix.
  public func scale(_ tensor: inout Tensor, by factor: Float) {
    checkFloat32(tensor, "what is scaled in place")
    tensor.withUnsafeMutableBytes { bytes in
      let scalars = bytes.bindMemory(to: Float.self)
      for index in scalars.indices { scalars[index] *= factor }
    }
  }

  /// tensor ← max(0, tensor); NaN stays NaN.
  func rectify(_ tensor: inout Tensor) {
    let (type, count) = (tensor.scalarType.kernelType, Int64(tensor.count))
    tensor.withUnsafeMutableBytes { kernels_rectify($0.start, type, count, threads) }
  }

  /// Zeroes the gradient wherever the rectified `output` is zero.
  public func rectifyGradient(_ gradient: inout Tensor, output: Tensor) {
    checkSame(gradient, output)
    gradient.withUnsafeMutableBytes { gradient in
      output.withUnsafeBytes {
        kernels_rectify_gradient(
          gradient.start, $0.start, output.scalarType.kernelType, Int64(output.count), threads)
      }
    }
  }

  /// Σ (a − b)² over each image, or Σ a² without `b`; the first axis is the batch.
  public func squaredDifference(_ a: Tensor, _ b: Tensor? = nil) -> [Double] {
    if let b { checkSame(a, b) }
    var sums = [Double](repeating: 0, count: a.shape[0])
    a.withUnsafeBytes { bytes in
      withBytes(of: b) {
        kernels_squared_difference(
          bytes.start, $0, a.scalarType.kernelType, Int64(a.shape[0]),
          Int64(a.count / max(1, a.shape[0])), &sums, threads)
      }
    }
    return sums
  }

  /// factors[n]·(a − b) for each image n; the first axis is the batch.
  public func scaledDifference(_ a: Tensor, _ b: Tensor, factors: [Float]) -> Tensor {
    checkSame(a, b)
    checkCount(factors, a.shape[0], "factors", a.shape)
    return Tensor(uninitialized: a.shape, a.scalarType) { output in
      a.withUnsafeBytes { bytes in
        b.withUnsafeBytes {
          kernels_scaled_difference(
            bytes.start, $0.start, a.scalarType.kernelType, Int64(a.shape[0]),
            Int64(a.count / max(1, a.shape[0])), factors, output, threads)
        }
      }
    }
  }

  /// The channels in reverse order, each times its factor plus its addend.
  ///
  /// - Parameters:
  ///   - affine: Indexed by the output's channels; the same for every image.
  public func reverseChannels(
    _ input: Tensor, affine: ChannelAffine, outputType: ScalarType
  ) -> Tensor {
    let channels = input.shape.channels
    checkCount(affine.scale, channels, "scales", input.shape)
    checkCount(affine.shift, channels, "shifts", input.shape)
    return Tensor(uninitialized: input.shape, outputType) { output in
      input.withUnsafeBytes {
        kernels_reverse_channels(
          $0.start, input.scalarType.kernelType, Int64(input.count / channels), Int64(channels),
          affine.scale, affine.shift, output, outputType.kernelType, threads)
      }
    }
  }

  /// log(p / (1 − p)) of f32 numbers kept within `margin` of 0 and 1.
  public func logit(_ input: Tensor, margin: Float) -> Tensor {
    checkFloat32(input, "probabilities")
    return Tensor(uninitialized: input.shape) { output in
      input.withUnsafeBytes {
        kernels_logit(
          $0.start.assumingMemoryBound(to: Float.self), margin,
          output.assumingMemoryBound(to: Float.self), Int64(input.count), threads)
      }
    }
  }

  /// (level − center)·scale for each 8-bit level.
  ///
  /// - Precondition: `levels.count == shape.count`.
  public func tensor(
    fromLevels levels: [UInt8], shape: Shape, center: Float, scale: Float, type: ScalarType
  ) -> Tensor {
    precondition(levels.count == shape.count, "\(levels.count) levels for \(shape)")
    return Tensor(uninitialized: shape, type) { output in
      kernels_from_levels(
        levels, center, scale, output, type.kernelType, Int64(shape.count), threads)
    }
  }

  /// round(255·x) within 0…255 for each f32 number, and how many of them are not finite.
  public func levels(_ input: Tensor) -> (levels: [UInt8], nonfinite: Int) {
    checkFloat32(input, "pixels")
    var nonfinite = 0
    let levels = [UInt8](unsafeUninitializedCapacity: input.count) { buffer, count in
      count = input.count
      guard let base = buffer.baseAddress else { return }
      input.withUnsafeBytes {
        nonfinite = Int(
          kernels_to_levels(
            $0.start.assumingMemoryBound(to: Float.self), base, Int64(input.count), threads))
      }
    }
    return (levels, nonfinite)
  }

  /// The number of values that are not finite.
  public func nonfiniteCount(_ input: Tensor) -> Int {
    input.withUnsafeBytes {
      Int(
        kernels_count_nonfinite(
          $0.start, input.scalarType.kernelType, Int64(input.count), threads))
    }
  }
}
