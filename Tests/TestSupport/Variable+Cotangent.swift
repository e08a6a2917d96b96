import ImpastoCompute
package import ImpastoDifferentiation
package import ImpastoTensors

extension Variable {
  /// Σ value · cotangent, whose gradient is the cotangent: the loss of every reference case.
  package func weighted(by cotangent: Tensor) -> Variable {
    let products = zip(value.scalars, cotangent.scalars).map { Double($0) * Double($1) }
    let (slot, backend, type) = (slot, tape.backend, value.scalarType)
    let sum = Tensor([Float(products.reduce(0, +))], shape: [1])
    return tape.record(sum, operands: [slot]) { gradient in
      let gradients = cotangent.scalars.map { $0 * gradient.scalars[0] }
      slot?.accumulate(Tensor(gradients, shape: cotangent.shape, type), backend.kernels)
    }
  }
}
