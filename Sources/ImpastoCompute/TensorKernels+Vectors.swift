import CKernels
public import ImpastoTensors

/// Tensors as vectors, whatever their shape.
extension TensorKernels {
  /// Σ a·b over f32 tensors of one shape, in double precision.
  public func dot(_ a: Tensor, _ b: Tensor) -> Double {
    checkSame(a, b)
    precondition(a.scalarType == .float32, "dot products are taken of f32 tensors")
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
    precondition(sum.scalarType == .float32, "multiples are added to f32 tensors")
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
    precondition(tensor.scalarType == .float32, "only f32 tensors are clamped")
    let count = Int64(tensor.count)
    tensor.withUnsafeMutableBytes {
      kernels_clamp($0.start.assumingMemoryBound(to: Float.self), count, threads)
    }
  }

  /// Zeroes the gradient where `values` at 0 or 1 could only leave 0…1 by going against it.
  public func projectGradient(_ gradient: inout Tensor, at values: Tensor) {
    checkSame(gradient, values)
    precondition(values.scalarType == .float32, "only f32 gradients are projected")
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
    precondition(values.scalarType == .float32, "only f32 directions are restricted")
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
