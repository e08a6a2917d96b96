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

  /// The 3×3 convolution with `filter` of the image with every pixel doubled along both axes and
  /// its border mirrored, computed without making that image.
  ///
  /// This value is the image within a border of one repeated pixel: what doubling and mirroring
  /// leave to see of the border.
  ///
  /// - Returns: For an image of `height` by `width` within its border, one of twice the extents.
  public func upsampledAndConvolved(with filter: FilterVariable) -> Variable {
    let (backend, kernels, slot) = (tape.backend, kernels, slot)
    let merged = filter.filter.mergedForUpsampling()
    let step = ConvolutionStep()
    let groups = backend.convolve(value, with: merged, bias: nil, rectified: false, step: step)
    let inputShape = value.shape
    let keptInput = filter.slot == nil ? nil : value
    let filterSlot = filter.slot
    return tape.record(kernels.interleave(groups), operands: [slot, filterSlot]) { gradient in
      let gradient = kernels.interleaveGradient(gradient)
      if let filterSlot, let keptInput {
        let mergedGradient = backend.convolutionFilterGradient(
          gradient, input: keptInput, filterShape: merged.shape, step: step)
        filterSlot.accumulate(Upsampling.unmerged(mergedGradient), kernels)
      }
      slot?.accumulate(
        backend.convolutionInputGradient(
          gradient, filter: merged, inputShape: inputShape, step: step), kernels)
    }
  }

  /// The image within `frame`.
  public func padded(_ frame: Frame) -> Variable {
    let (kernels, slot, input) = (kernels, slot, value)
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
  /// The mean of each 2×2 block; an odd last row or column is dropped.
  public func averagePooled() -> Variable {
    let (kernels, slot, inputShape) = (kernels, slot, value.shape)
    return tape.record(kernels.averagePool(value), operands: [slot]) { gradient in
      slot?.accumulate(kernels.averagePoolGradient(gradient, inputShape: inputShape), kernels)
    }
  }
}
