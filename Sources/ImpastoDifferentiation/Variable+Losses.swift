import ImpastoCompute
public import ImpastoTensors

/// Operations that reduce images to one number each: f32 values of shape `[batch]`.
extension Variable {
  /// The Gram matrix of each image's features, FᵀF / (H·W): f32 `[batch, channels, channels]`.
  ///
  /// Its gradient must be symmetric, as that of every loss of symmetric matrices is.
  ///
  /// Source: Gatys, Ecker, Bethge 2015, equation 3, divided by the number of pixels.
  public func gramMatrix() -> Variable {
    let (backend, kernels, slot) = (tape.backend, kernels, slot)
    let shape = value.shape
    let pixels = shape.height * shape.width
    let features = value.reshaped(to: [shape.batch, pixels, shape.channels])
    var gram = backend.multiply(features, transposed: true, features, resultType: .float32)
    kernels.scale(&gram, by: 1 / Float(pixels))
    return tape.record(gram, operands: [slot]) { gradient in
      // ∂/∂F = F·(∂G + ∂Gᵀ)/(H·W).
      var factor = gradient
      kernels.scale(&factor, by: 2 / Float(pixels))
      let product = backend.multiply(
        features, transposed: false, kernels.convert(factor, to: features.scalarType),
        resultType: features.scalarType)
      slot?.accumulate(product.reshaped(to: shape), kernels)
    }
  }

  /// factors[n]·Σ (x − target)² over each image n.
  ///
  /// - Parameters:
  ///   - target: A constant of this value's shape and type.
  ///   - factors: One per image; 1/Σ target² makes the error relative.
  public func squaredError(to target: Tensor, factors: [Float]) -> Variable {
    squaredError(to: tape.constant(target), factors: factors)
  }

  /// factors[n]·Σ (x − other)² over each image n.
  ///
  /// - Parameters:
  ///   - other: Of this value's shape and type.
  ///   - factors: One per image.
  public func squaredError(to other: Variable, factors: [Float]) -> Variable {
    let (kernels, slot, value) = (kernels, slot, value)
    let (otherSlot, otherValue) = (other.slot, other.value)
    let errors = zip(kernels.squaredDifference(value, otherValue), factors).map { Float($0) * $1 }
    return tape.record(
      Tensor(errors, shape: [errors.count]), operands: [slot, otherSlot]
    ) { gradient in
      let slopes = zip(gradient.scalars, factors).map { 2 * $0 * $1 }
      slot?.accumulate(kernels.scaledDifference(value, otherValue, factors: slopes), kernels)
      otherSlot?.accumulate(kernels.scaledDifference(otherValue, value, factors: slopes), kernels)
    }
  }

  /// The sum of a list: of f32 `[length]` `[1]`.
  public func summed() -> Variable {
    let (kernels, slot, count) = (kernels, slot, value.count)
    precondition(value.shape.rank == 1, "a list, not \(value.shape)")
    let sum = value.scalars.reduce(0, +)
    return tape.record(Tensor([sum], shape: [1]), operands: [slot]) { gradient in
      slot?.accumulate(Tensor(repeating: gradient.scalars[0], shape: [count]), kernels)
    }
  }

  /// The mean squared difference of neighbouring pixels of each f32 image: the sum over pairs of
  /// horizontal and of vertical neighbours, divided by height · width · channels.
  public func totalVariation() -> Variable {
    let (kernels, slot, value) = (kernels, slot, value)
    let size = Float(value.count / value.shape.batch)
    let variation = kernels.totalVariation(value).map { Float($0) / size }
    return tape.record(Tensor(variation, shape: [variation.count]), operands: [slot]) { gradient in
      let factors = gradient.scalars.map { $0 / size }
      slot?.accumulate(kernels.totalVariationGradient(value, factors: factors), kernels)
    }
  }

  /// Σᵢ weights[i]·termsᵢ[n] for each image n: f32 `[batch]`.
  ///
  /// - Parameters:
  ///   - terms: Values of shape `[batch]`, each with one weight per image.
  public static func weightedSum(_ terms: [(Variable, weights: [Float])], on tape: Tape) -> Variable
  {
    let kernels = tape.kernels
    let batch = terms.first?.0.value.count ?? 0
    var sums = [Float](repeating: 0, count: batch)
    for (term, weights) in terms {
      precondition(term.shape == [batch] && weights.count == batch, "a term of \(term.shape)")
      for (image, scalar) in term.value.scalars.enumerated() {
        sums[image] += weights[image] * scalar
      }
    }
    let slots = terms.map { ($0.0.slot, $0.weights) }
    return tape.record(Tensor(sums, shape: [batch]), operands: slots.map(\.0)) { gradient in
      let gradient = gradient.scalars
      for (slot, weights) in slots {
        slot?.accumulate(Tensor(zip(gradient, weights).map(*), shape: [batch]), kernels)
      }
    }
  }
}
