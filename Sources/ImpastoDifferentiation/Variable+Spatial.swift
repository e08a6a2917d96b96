public import ImpastoCompute
public import ImpastoTensors

extension Variable {
  /// The convolution with `filter`.
  ///
  /// - Parameters:
  ///   - bias: A constant to add per output channel, f32 `[outputs]`.
  ///   - rectified: Whether max(0, ·) follows.
  public func convolved(
    with filter: FilterVariable, bias: Tensor? = nil, rectified: Bool = false,
    step: ConvolutionStep = ConvolutionStep()
  ) -> Variable {
    let backend = tape.backend
    let kernels = kernels
    let output = backend.convolve(
      value, with: filter.filter, bias: bias, rectified: rectified, step: step)
    let inputShape = value.shape
    let keptInput = filter.slot == nil ? nil : value
    let keptOutput = rectified ? output : nil
    let (slot, filterSlot, convolution) = (slot, filter.slot, filter.filter)
    return tape.record(output, operands: [slot, filterSlot]) { gradient in
      var gradient = gradient
      if let keptOutput { kernels.rectifyGradient(&gradient, output: keptOutput) }
      if let filterSlot, let keptInput {
        filterSlot.accumulate(
          backend.convolutionFilterGradient(
            gradient, input: keptInput, filterShape: convolution.shape, step: step), kernels)
      }
      slot?.accumulate(
        backend.convolutionInputGradient(
          gradient, filter: convolution, inputShape: inputShape, step: step), kernels)
    }
  }

  /// The image with `padding` pixels mirrored at each border; the border pixel is not repeated.
  public func reflectionPadded(by padding: Int) -> Variable {
    let (kernels, slot, input) = (kernels, slot, value)
    let frame = Frame(padding: padding)
    let count = value.shape.batch * value.shape.channels
    let identity = ChannelAffine(
      scale: [Float](repeating: 1, count: count), shift: [Float](repeating: 0, count: count))
    let output = kernels.apply(identity, to: value, frame: frame)
    return tape.record(output, operands: [slot]) { gradient in
      slot?.accumulate(
        kernels.applyGradient(
          gradient, affine: identity, input: input, activation: .linear, frame: frame
        ).gradient, kernels)
    }
  }

  /// The largest of each 2×2 block; an odd last row or column is dropped.
  public func maxPooled() -> Variable {
    let (kernels, slot, input) = (kernels, slot, value)
    return tape.record(kernels.maxPool(value), operands: [slot]) { gradient in
      slot?.accumulate(kernels.maxPoolGradient(gradient, input: input), kernels)
    }
  }
}
