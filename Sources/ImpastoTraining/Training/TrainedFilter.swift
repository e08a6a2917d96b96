package import ImpastoCompute
package import ImpastoTensors

/// The filter of a convolution that training changes, with the momentum of its gradients.
///
/// A step goes equally far in all directions in which the momentum goes at all: its singular
/// values are made nearly one. A normalization follows every convolution, so that the length of a
/// filter means nothing; the length of its steps is set by the learning rate alone.
///
/// Source: Jordan et al. 2024, Muon; its scale from Liu et al. 2025.
package struct TrainedFilter {
  static let decay: Float = 0.95

  /// The name under which it is kept in the state of a run.
  package let name: String
  package private(set) var value: Tensor
  package private(set) var momentum: Tensor

  /// Takes up training of `value`, with the momentum it had or none.
  package init(name: String, value: Tensor, momentum: Tensor? = nil) {
    self.name = name
    self.value = value
    self.momentum = momentum ?? Tensor(zeros: value.shape)
  }

  /// Makes one step against `gradient`; none where the loss did not depend on the filter.
  ///
  /// - Parameters:
  ///   - learningRate: The root mean square of the changes of the weights.
  package mutating func step(
    _ gradient: Tensor?, learningRate: Float, backend: any ComputeBackend
  ) {
    guard let gradient else { return }
    let kernels = backend.kernels
    let direction = kernels.muonDirection(
      momentum: &momentum, gradient: gradient, decay: Self.decay)
    guard let orthogonal = Self.orthogonalized(direction, backend: backend) else { return }
    let longerSide = max(direction.shape[1], direction.shape[2])
    kernels.muonStep(
      &value, along: orthogonal, rate: learningRate * Float(longerSide).squareRoot())
  }

  /// The matrix with its singular values moved into 0.7…1.2, or nil if all are zero.
  ///
  /// Five Newton-Schulz steps X ← X·(aI + bG + cG²), G = XᵀX. Differs from the source: all
  /// steps are taken on G, which is small, and X is multiplied once by their product.
  ///
  /// - Parameters:
  ///   - matrix: f32 `[1, rows, columns]`; columns should be the fewer.
  static func orthogonalized(_ matrix: Tensor, backend: any ComputeBackend) -> Tensor? {
    let side = matrix.shape[2]
    let identity = (0..<side * side).map { Float($0 % (side + 1) == 0 ? 1 : 0) }
    func product(_ a: [Float], _ b: [Float]) -> [Float] {
      let shape: Shape = [1, side, side]
      return backend.multiply(
        Tensor(a, shape: shape), transposed: false, Tensor(b, shape: shape), resultType: .float32
      ).scalars
    }

    var gram = backend.multiply(matrix, transposed: true, matrix, resultType: .float32).scalars
    let squaredNorm = zip(gram, identity).reduce(0) { $0 + $1.0 * $1.1 }
    guard squaredNorm > 0 else { return nil }
    gram = gram.map { $0 / squaredNorm }
    var steps = identity.map { $0 / squaredNorm.squareRoot() }
    for _ in 0..<5 {
      let square = product(gram, gram)
      let step = gram.indices.map {
        3.4445 * identity[$0] - 4.7750 * gram[$0] + 2.0315 * square[$0]
      }
      steps = product(step, steps)
      gram = product(product(step, gram), step)
    }
    return backend.multiply(
      matrix, transposed: false, Tensor(steps, shape: [1, side, side]), resultType: .float32)
  }
}
