public import ImpastoCompute
public import ImpastoTensors

/// A value that is added to a normalized image; it may have a border that is skipped.
public struct Residual {
  let variable: Variable
  let padding: Int

  /// Takes the interior of `variable`, within a border of `padding` pixels.
  public init(_ variable: Variable, padding: Int) {
    self.variable = variable
    self.padding = padding
  }
}

extension Variable {
  /// Normalizes each channel of each image over its pixels, scales and shifts it, and prepares it
  /// for the next convolution, in two passes.
  ///
  /// y = framed(activation(γ·(x − μ)/√(σ² + ε) + β) + residual), with μ and σ² per image and
  /// channel.
  ///
  /// - Parameters:
  ///   - scale: γ, f32 `[batch, channels]`.
  ///   - shift: β, f32 `[batch, channels]`.
  ///   - epsilon: ε.
  ///   - residual: Of this value's shape within its border; only after a linear activation.
  ///   - outputType: This value's type, or `float32`.
  ///
  /// Source: Dumoulin, Shlens, Kudlur 2017, section 2.2; ε as in their code.
  public func instanceNormalized(
    scale: Variable, shift: Variable, epsilon: Float = ChannelStatistics.epsilon,
    activation: Activation = .linear, residual: Residual? = nil, frame: Frame = Frame(),
    outputType: ScalarType? = nil
  ) -> Variable {
    let statistics = kernels.channelStatistics(value)
    let affine = statistics.affine(
      scale: scale.value.scalars, shift: shift.value.scalars, epsilon: epsilon)
    let (kernels, input, slot) = (kernels, value, slot)
    let (scaleSlot, shiftSlot, parameterShape) = (scale.slot, shift.slot, scale.shape)
    return applied(
      affine, activation, residual, frame, outputType, operands: [slot, scaleSlot, shiftSlot]
    ) { gradient, sums, products in
      let scaleGradient = statistics.scaleGradient(
        sums: sums, inputProducts: products, epsilon: epsilon)
      scaleSlot?.accumulate(Tensor(scaleGradient, shape: parameterShape), kernels)
      shiftSlot?.accumulate(Tensor(sums, shape: parameterShape), kernels)
      guard let slot else { return }
      let (a, b, c) = statistics.inputGradientFactors(
        scale: affine.scale, scaleGradient: scaleGradient, shiftGradient: sums, epsilon: epsilon)
      kernels.combine(&gradient, a: a, input: input, b: b, c: c)
      slot.accumulate(gradient, kernels)
    }
  }

  /// Adds a bias to each channel and prepares it for the next convolution, in one pass.
  ///
  /// y = framed(activation(x + b) + residual).
  ///
  /// - Parameters:
  ///   - bias: b, f32 `[batch, channels]`; none without.
  ///   - residual: Of this value's shape within its border; only after a linear activation.
  ///   - outputType: This value's type, or `float32`.
  public func biased(
    by bias: Variable? = nil, activation: Activation = .linear, residual: Residual? = nil,
    frame: Frame = Frame(), outputType: ScalarType? = nil
  ) -> Variable {
    let count = shape.batch * shape.channels
    let affine = ChannelAffine(
      scale: [Float](repeating: 1, count: count),
      shift: bias?.value.scalars ?? [Float](repeating: 0, count: count))
    let (kernels, slot, biasSlot) = (kernels, slot, bias?.slot)
    let biasShape: Shape = [shape.batch, shape.channels]
    return applied(affine, activation, residual, frame, outputType, operands: [slot, biasSlot]) {
      gradient, sums, _ in
      biasSlot?.accumulate(Tensor(sums, shape: biasShape), kernels)
      slot?.accumulate(gradient, kernels)
    }
  }

  /// This value times a constant factor plus a constant addend for each channel of each image.
  public func mapped(by affine: ChannelAffine) -> Variable {
    let (kernels, slot, input) = (kernels, slot, value)
    let zeros = [Float](repeating: 0, count: affine.scale.count)
    return applied(affine, .linear, nil, Frame(), nil, operands: [slot]) { gradient, _, _ in
      kernels.combine(&gradient, a: affine.scale, input: input, b: zeros, c: zeros)
      slot?.accumulate(gradient, kernels)
    }
  }

  /// framed(activation(affine) + residual), whose gradient before the affine step `pullback` gets,
  /// with its sums over each image and channel and the sums of its products with this value.
  private func applied(
    _ affine: ChannelAffine, _ activation: Activation, _ residual: Residual?, _ frame: Frame,
    _ outputType: ScalarType?, operands: [GradientSlot?],
    pullback: @escaping (_ gradient: inout Tensor, _ sums: [Float], _ products: [Float]) -> Void
  ) -> Variable {
    precondition(
      residual == nil || activation == .linear, "a residual is added to linear values only")
    let (kernels, input) = (kernels, value)
    let output = kernels.apply(
      affine, to: value, activation: activation, residual: residual?.variable.value,
      residualPadding: residual?.padding ?? 0, frame: frame, outputType: outputType)
    let (residualSlot, residualPadding) = (residual?.variable.slot, residual?.padding ?? 0)
    return tape.record(output, operands: operands + [residualSlot]) { gradient in
      var (gradient, sums, products) = kernels.applyGradient(
        gradient, affine: affine, input: input, activation: activation, frame: frame)
      residualSlot?.accumulateInterior(gradient, padding: residualPadding, kernels)
      pullback(&gradient, sums, products)
    }
  }
}
