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
    let statistics = ChannelStatistics(of: value, kernels)
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

/// One of several ways to normalize an image, all in use at once.
public struct PlacedNormalization {
  let statistics: ChannelStatistics
  let scale: Variable
  let shift: Variable

  /// Normalizes by `statistics`, scales by γ and shifts by β, both f32 `[1, channels]`.
  public init(statistics: ChannelStatistics, scale: Variable, shift: Variable) {
    self.statistics = statistics
    self.scale = scale
    self.shift = shift
  }
}

extension Variable {
  /// The statistics by which `instanceNormalized` normalizes this value.
  public func channelStatistics() -> ChannelStatistics { ChannelStatistics(of: value, kernels) }

  /// Normalizes, scales and shifts each pixel of one image in several ways, and sums them up.
  ///
  /// Takes one pass and prepares the result for the next convolution. No gradient is kept.
  ///
  /// y = framed(activation(Σ wₖ·(γₖ·(x − μₖ)/√(σₖ² + ε) + βₖ)) + residual), with wₖ per pixel.
  ///
  /// - Parameters:
  ///   - ways: One or more. Where one of them has the weight 1, the result is bit for bit that of
  ///     `instanceNormalized` with it, if its statistics are this value's.
  ///   - weights: f32 `[1, height, width, ways]`; it may be larger than this value, with the upper
  ///     left corner in common.
  ///   - residual: Of this value's shape within its border; only after a linear activation.
  ///   - outputType: This value's type, or `float32`.
  public func normalized(
    _ ways: [PlacedNormalization], weights: Tensor, activation: Activation = .linear,
    residual: Residual? = nil, frame: Frame = Frame(), outputType: ScalarType? = nil
  ) -> Variable {
    precondition(!tape.isRecording, "several normalizations at once have no gradient")
    precondition(
      residual == nil || activation == .linear, "a residual is added to linear values only")
    let affines = ways.map {
      $0.statistics.affine(scale: $0.scale.value.scalars, shift: $0.shift.value.scalars)
    }
    return tape.constant(
      kernels.apply(
        ChannelAffine(scale: affines.flatMap(\.scale), shift: affines.flatMap(\.shift)),
        weights: weights, to: value, activation: activation, residual: residual?.variable.value,
        residualPadding: residual?.padding ?? 0, frame: frame, outputType: outputType))
  }
}

/// What normalization takes from each channel of each image.
public struct ChannelStatistics: Sendable {
  /// μ, `[batch × channels]`.
  let mean: [Float]
  /// 1/√(σ² + ε), `[batch × channels]`.
  let inverseDeviation: [Float]
  private let pixels: Float

  /// ε, which keeps channels without contrast finite.
  package static let epsilon: Float = 1e-5

  fileprivate init(of input: Tensor, _ kernels: TensorKernels) {
    let (mean, variance) = kernels.channelStatistics(input)
    self.mean = mean
    inverseDeviation = variance.map { 1 / ($0 + Self.epsilon).squareRoot() }
    pixels = Float(input.shape.height * input.shape.width)
  }

  /// Normalization, scale and shift in one affine step of the input.
  fileprivate func affine(scale: [Float], shift: [Float]) -> ChannelAffine {
    let factors = zip(scale, inverseDeviation).map { $0 * $1 }
    let addends = mean.indices.map { shift[$0] - mean[$0] * factors[$0] }
    return ChannelAffine(scale: factors, shift: addends)
  }

  /// Σ g·x̂ from Σ g and Σ g·x.
  fileprivate func scaleGradient(sums: [Float], inputProducts: [Float]) -> [Float] {
    mean.indices.map { inverseDeviation[$0] * (inputProducts[$0] - mean[$0] * sums[$0]) }
  }

  /// The a, b and c of ∂/∂x = a·g + b·x + c, which is
  /// a·(g − Σg/M − x̂·Σ(g·x̂)/M) over the M pixels.
  fileprivate func inputGradientFactors(
    scale a: [Float], scaleGradient: [Float], shiftGradient: [Float]
  ) -> (a: [Float], b: [Float], c: [Float]) {
    let b = mean.indices.map { -a[$0] * inverseDeviation[$0] * scaleGradient[$0] / pixels }
    let c = mean.indices.map { -a[$0] * shiftGradient[$0] / pixels - b[$0] * mean[$0] }
    return (a, b, c)
  }
}
