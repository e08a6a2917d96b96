import CKernels
public import ImpastoTensors

extension TensorKernels {
  /// Adds a gradient to the momentum of a filter and looks ahead along it.
  ///
  /// momentum ← decay·momentum + gradient; the result is gradient + decay·momentum.
  ///
  /// - Parameters:
  ///   - momentum: f32, of any shape that begins with the filter's outputs.
  ///   - gradient: f32, of `momentum`'s shape.
  /// - Returns: A matrix, `[1, weights of an output, outputs]`.
  public func muonDirection(
    momentum: inout Tensor, gradient: Tensor, decay: Float
  ) -> Tensor {
    checkFloat32(gradient, "the gradients of Muon")
    checkSame(momentum, gradient)
    precondition(gradient.shape.rank > 0 && gradient.count > 0, "a filter of \(gradient.shape)")
    let outputs = gradient.shape[0]
    let inputs = gradient.count / outputs
    return Tensor(uninitialized: [1, inputs, outputs]) { direction in
      momentum.withUnsafeMutableBytes { momentum in
        gradient.withUnsafeBytes { gradient in
          kernels_muon_direction(
            momentum.start.assumingMemoryBound(to: Float.self),
            gradient.start.assumingMemoryBound(to: Float.self), decay,
            direction.assumingMemoryBound(to: Float.self), Int64(outputs), Int64(inputs))
        }
      }
    }
  }

  /// parameters ← parameters − rate·direction.
  ///
  /// - Parameters:
  ///   - parameters: f32, of any shape that begins with the filter's outputs.
  ///   - direction: A matrix, `[1, weights of an output, outputs]`.
  public func muonStep(_ parameters: inout Tensor, along direction: Tensor, rate: Float) {
    checkFloat32(parameters, "the parameters of Muon")
    checkFloat32(direction, "the steps of Muon")
    precondition(
      direction.shape.rank == 3 && parameters.shape.rank > 0,
      "a step \(direction.shape) for a filter \(parameters.shape)")
    let (inputs, outputs) = (direction.shape[1], direction.shape[2])
    precondition(
      parameters.shape[0] == outputs && parameters.count == direction.count,
      "a step \(direction.shape) for a filter \(parameters.shape)")
    parameters.withUnsafeMutableBytes { parameters in
      direction.withUnsafeBytes { direction in
        kernels_muon_step(
          parameters.start.assumingMemoryBound(to: Float.self),
          direction.start.assumingMemoryBound(to: Float.self), rate, Int64(outputs),
          Int64(inputs))
      }
    }
  }
}
