import CKernels
public import ImpastoTensors

extension TensorKernels {
  /// Puts the four convolutions that make up one over an upsampled image together.
  ///
  /// output[2i + a, 2j + b] = groups[i + a, j + b, group 2a + b] for a and b of 0 and 1.
  ///
  /// - Parameters:
  ///   - groups: `[batch, height + 1, width + 1, 4·channels]`.
  /// - Returns: `[batch, 2·height, 2·width, channels]`.
  public func interleave(_ groups: Tensor) -> Tensor {
    let shape = groups.shape
    precondition(
      shape.channels % 4 == 0 && shape.height > 1 && shape.width > 1,
      "four groups of channels, of two pixels by two, expected in \(shape)")
    let output: Shape = [
      shape.batch, 2 * (shape.height - 1), 2 * (shape.width - 1), shape.channels / 4,
    ]
    return Tensor(uninitialized: output, groups.scalarType) { output in
      groups.withUnsafeBytes {
        kernels_interleave(
          $0.start, groups.scalarType.kernelType, Int64(shape.batch), Int64(shape.height - 1),
          Int64(shape.width - 1), Int64(shape.channels / 4), output, threads)
      }
    }
  }

  /// The gradient of `interleave`.
  public func interleaveGradient(_ outputGradient: Tensor) -> Tensor {
    let shape = outputGradient.shape
    precondition(
      shape.height % 2 == 0 && shape.width % 2 == 0, "even extents expected in \(shape)")
    let groups: Shape = [
      shape.batch, shape.height / 2 + 1, shape.width / 2 + 1, 4 * shape.channels,
    ]
    return Tensor(uninitialized: groups, outputGradient.scalarType) { gradient in
      outputGradient.withUnsafeBytes {
        kernels_interleave_gradient(
          $0.start, outputGradient.scalarType.kernelType, Int64(shape.batch),
          Int64(shape.height / 2), Int64(shape.width / 2), Int64(shape.channels), gradient,
          threads)
      }
    }
  }

  /// Makes each pixel's channels a square of `factor`² pixels.
  ///
  /// output[r·i + a, r·j + b] = input[i, j, group r·a + b] for a and b below r = `factor`.
  ///
  /// - Parameters:
  ///   - input: `[batch, height, width, factor²·channels]`.
  /// - Returns: `[batch, factor·height, factor·width, channels]`.
  public func depthToSpace(_ input: Tensor, factor: Int) -> Tensor {
    let shape = input.shape
    precondition(
      factor > 0 && shape.channels % (factor * factor) == 0,
      "\(factor)×\(factor) groups of channels expected in \(shape)")
    let channels = shape.channels / (factor * factor)
    let output: Shape = [shape.batch, factor * shape.height, factor * shape.width, channels]
    return Tensor(uninitialized: output, input.scalarType) { output in
      input.withUnsafeBytes {
        kernels_depth_to_space(
          $0.start, input.scalarType.kernelType, Int64(shape.batch), Int64(shape.height),
          Int64(shape.width), Int64(channels), Int64(factor), output, threads)
      }
    }
  }

  /// The inverse of `depthToSpace`, which is its gradient too.
  public func spaceToDepth(_ input: Tensor, factor: Int) -> Tensor {
    let shape = input.shape
    precondition(
      factor > 0 && shape.height % factor == 0 && shape.width % factor == 0,
      "squares of \(factor)×\(factor) pixels expected in \(shape)")
    let (height, width) = (shape.height / factor, shape.width / factor)
    let output: Shape = [shape.batch, height, width, factor * factor * shape.channels]
    return Tensor(uninitialized: output, input.scalarType) { output in
      input.withUnsafeBytes {
        kernels_space_to_depth(
          $0.start, input.scalarType.kernelType, Int64(shape.batch), Int64(height), Int64(width),
          Int64(shape.channels), Int64(factor), output, threads)
      }
    }
  }

  /// Adds `addend` to the interior of `padded`, which has a border of `padding` pixels more.
  public func addToInterior(of padded: inout Tensor, _ addend: Tensor, padding: Int) {
    precondition(
      padding >= 0 && padded.shape == Frame(padding: padding).shape(around: addend.shape)
        && padded.scalarType == addend.scalarType,
      "\(addend.shape) is not the interior of \(padded.shape) within \(padding) pixels")
    let extents = KernelExtents(addend.shape)
    let type = addend.scalarType.kernelType
    padded.withUnsafeMutableBytes { padded in
      addend.withUnsafeBytes {
        kernels_add_to_interior(
          padded.start, $0.start, type, extents.batch, extents.height, extents.width,
          extents.channels, Int64(padding), threads)
      }
    }
  }

  /// The sum of squared differences of neighbouring pixels in each f32 image.
  public func totalVariation(_ input: Tensor) -> [Double] {
    checkFloat32(input, "the pixels of total variation")
    let extents = KernelExtents(input.shape)
    var sums = [Double](repeating: 0, count: input.shape.batch)
    input.withUnsafeBytes {
      kernels_total_variation(
        $0.start.assumingMemoryBound(to: Float.self), extents.batch, extents.height,
        extents.width, extents.channels, &sums, threads)
    }
    return sums
  }

  /// The gradient of `totalVariation`, times one factor per image.
  public func totalVariationGradient(_ input: Tensor, factors: [Float]) -> Tensor {
    checkFloat32(input, "the pixels of total variation")
    checkCount(factors, input.shape.batch, "factors", input.shape)
    let extents = KernelExtents(input.shape)
    return Tensor(uninitialized: input.shape) { gradient in
      input.withUnsafeBytes {
        kernels_total_variation_gradient(
          $0.start.assumingMemoryBound(to: Float.self), extents.batch, extents.height,
          extents.width, extents.channels, factors,
          gradient.assumingMemoryBound(to: Float.self), threads)
      }
    }
  }
}
