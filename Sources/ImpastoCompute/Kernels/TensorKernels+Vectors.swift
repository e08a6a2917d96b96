import CKernels
public import ImpastoTensors

/// Tensors as vectors, whatever their shape.
extension TensorKernels {
  /// Σ a·b over f32 tensors of one shape, in double precision.
  public func dot(_ a: Tensor, _ b: Tensor) -> Double {
    checkSame(a, b)
    checkFloat32(a, "the operands of a dot product")
    return a.withUnsafeBytes { bytes in
      b.withUnsafeBytes {
        kernels_dot(
          bytes.start.assumingMemoryBound(to: Float.self),
          $0.start.assumingMemoryBound(to: Float.self), Int64(a.count), threads)
      }
    }
  }

  /// sum ← sum + factor·addend, for f32 tensors of one shape.
  public func add(_ addend: Tensor, times factor: Float, to sum: inout Tensor) {
    checkSame(sum, addend)
    checkFloat32(sum, "what multiples are added to")
    let count = Int64(addend.count)
    sum.withUnsafeMutableBytes { sum in
      addend.withUnsafeBytes {
        kernels_add_scaled(
          sum.start.assumingMemoryBound(to: Float.self),
          $0.start.assumingMemoryBound(to: Float.self), factor, count, threads)
      }
    }
  }

  /// Keeps f32 numbers within 0…1.
  public func clamp(_ tensor: inout Tensor) {
    checkFloat32(tensor, "what is clamped")
    let count = Int64(tensor.count)
    tensor.withUnsafeMutableBytes {
      kernels_clamp($0.start.assumingMemoryBound(to: Float.self), count, threads)
    }
  }

  /// Zeroes the gradient where `values` at 0 or 1 could only leave 0…1 by going against it.
  public func projectGradient(_ gradient: inout Tensor, at values: Tensor) {
    checkSame(gradient, values)
    checkFloat32(values, "projected gradients")
    let count = Int64(values.count)
    gradient.withUnsafeMutableBytes { gradient in
      values.withUnsafeBytes {
        kernels_project_gradient(
          gradient.start.assumingMemoryBound(to: Float.self),
          $0.start.assumingMemoryBound(to: Float.self), count, threads)
      }
    }
  }

  /// Zeroes a direction where `values` at 0 or 1 stay there: where it leads out of 0…1, and where the
  /// projected gradient is 0.
  public func restrictDirection(_ direction: inout Tensor, at values: Tensor, gradient: Tensor) {
    checkSame(direction, values)
    checkSame(gradient, values)
    checkFloat32(values, "restricted directions")
    let count = Int64(values.count)
    direction.withUnsafeMutableBytes { direction in
      values.withUnsafeBytes { values in
        gradient.withUnsafeBytes {
          kernels_restrict_direction(
            direction.start.assumingMemoryBound(to: Float.self),
            values.start.assumingMemoryBound(to: Float.self),
            $0.start.assumingMemoryBound(to: Float.self), count, threads)
        }
      }
    }
  }
}
