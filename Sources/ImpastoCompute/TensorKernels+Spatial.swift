import CKernels
public import ImpastoTensors

extension TensorKernels {
  /// The largest of each 2×2 block; an odd last row or column is dropped.
  public func maxPool(_ input: Tensor) -> Tensor {
    let extents = KernelExtents(input.shape)
    return Tensor(uninitialized: Self.pooled(input.shape), input.scalarType) { output in
      input.withUnsafeBytes {
        kernels_max_pool(
          $0.start, input.scalarType.kernelType, extents.batch, extents.height, extents.width,
          extents.channels, output, threads)
      }
    }
  }

  /// The gradient of `maxPool`: each output's goes to the first largest of its block.
  public func maxPoolGradient(_ outputGradient: Tensor, input: Tensor) -> Tensor {
    precondition(
      outputGradient.shape == Self.pooled(input.shape)
        && outputGradient.scalarType == input.scalarType,
      "a gradient \(outputGradient.shape) for pooling \(input.shape)")
    let extents = KernelExtents(input.shape)
    return Tensor(uninitialized: input.shape, input.scalarType) { inputGradient in
      input.withUnsafeBytes { bytes in
        outputGradient.withUnsafeBytes { arriving in
          kernels_max_pool_gradient(
            bytes.start, arriving.start, input.scalarType.kernelType, extents.batch,
            extents.height, extents.width, extents.channels, inputGradient, threads)
        }
      }
    }
  }

  private static func pooled(_ shape: Shape) -> Shape {
    precondition(shape.height >= 2 && shape.width >= 2, "\(shape) is too small to pool")
    return [shape.batch, shape.height / 2, shape.width / 2, shape.channels]
  }

  /// Adds `addend` to the interior of `padded`, which has a border of `padding` pixels more.
  public func addToInterior(of padded: inout Tensor, _ addend: Tensor, padding: Int) {
    precondition(
      padded.shape == Frame(padding: padding).shape(around: addend.shape)
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
    precondition(input.scalarType == .float32, "total variation is taken of f32 images")
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
    precondition(input.scalarType == .float32 && factors.count == input.shape.batch)
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
