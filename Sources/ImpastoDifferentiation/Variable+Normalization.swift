public import ImpastoCompute
public import ImpastoTensors

/// What is added to a normalized image: a value that may have a border to pass over.
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
  ///   - residual: Of this value's shape within its border; only after a linear activation.
  ///   - outputType: This value's type, or `float32`.
  ///
  /// Source: Dumoulin, Shlens, Kudlur 2017, section 2.2; ε as in their code.
  public func instanceNormalized(
    scale: Variable, shift: Variable, activation: Activation = .linear,
    residual: Residual? = nil, frame: Frame = Frame(), outputType: ScalarType? = nil
  ) -> Variable {
    precondition(
      residual == nil || activation == .linear, "a residual is added to linear values only")
    let (kernels, input, slot) = (kernels, value, slot)
    let statistics = kernels.channelStatistics(value)
    let affine = statistics.affine(scale: scale.value.scalars, shift: shift.value.scalars)
    let output = kernels.apply(
      affine, to: value, activation: activation, residual: residual?.variable.value,
      residualPadding: residual?.padding ?? 0, frame: frame, outputType: outputType)
    let (scaleSlot, shiftSlot, parameterShape) = (scale.slot, shift.slot, scale.shape)
    let (residualSlot, residualPadding) = (residual?.variable.slot, residual?.padding ?? 0)
    return tape.record(output, operands: [slot, scaleSlot, shiftSlot, residualSlot]) { gradient in
      var (gradient, sums, products) = kernels.applyGradient(
        gradient, affine: affine, input: input, activation: activation, frame: frame)
      residualSlot?.accumulateInterior(gradient, padding: residualPadding, kernels)
      let scaleGradient = statistics.scaleGradient(sums: sums, inputProducts: products)
      scaleSlot?.accumulate(Tensor(scaleGradient, shape: parameterShape), kernels)
      shiftSlot?.accumulate(Tensor(sums, shape: parameterShape), kernels)
      guard let slot else { return }
      let (a, b, c) = statistics.inputGradientFactors(
        scale: affine.scale, scaleGradient: scaleGradient, shiftGradient: sums)
      kernels.combine(&gradient, a: a, input: input, b: b, c: c)
      slot.accumulate(gradient, kernels)
    }
  }
}
