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

  /// The mean of each 2×2 block; an odd last row or column is dropped.
  public func averagePool(_ input: Tensor) -> Tensor {
    let extents = KernelExtents(input.shape)
    return Tensor(uninitialized: Self.pooled(input.shape), input.scalarType) { output in
      input.withUnsafeBytes {
        kernels_average_pool(
          $0.start, input.scalarType.kernelType, extents.batch, extents.height, extents.width,
          extents.channels, output, threads)
      }
    }
  }

  /// The gradient of `averagePool`: each output's goes to its block in equal parts.
  public func averagePoolGradient(_ outputGradient: Tensor, inputShape: Shape) -> Tensor {
    precondition(
      outputGradient.shape == Self.pooled(inputShape),
      "a gradient \(outputGradient.shape) for pooling \(inputShape)")
    let extents = KernelExtents(inputShape)
    return Tensor(uninitialized: inputShape, outputGradient.scalarType) { inputGradient in
      outputGradient.withUnsafeBytes {
        kernels_average_pool_gradient(
          $0.start, outputGradient.scalarType.kernelType, extents.batch, extents.height,
          extents.width, extents.channels, inputGradient, threads)
      }
    }
  }

  private static func pooled(_ shape: Shape) -> Shape {
    precondition(shape.height >= 2 && shape.width >= 2, "\(shape) is too small to pool")
    return [shape.batch, shape.height / 2, shape.width / 2, shape.channels]
  }
}
