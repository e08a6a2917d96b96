public import ImpastoCompute
public import ImpastoTensors

extension Variable {
  /// The convolution with `filter`.
  ///
  /// - Parameters:
  ///   - merging: A step before the convolution that becomes part of the filter.
  ///   - bias: A constant to add per output channel, f32 `[outputs]`.
  ///   - rectified: Whether max(0, ·) follows.
  package func convolved(
    with filter: FilterVariable, merging: FilterMerging?, bias: Tensor? = nil,
    rectified: Bool = false, step: ConvolutionStep = ConvolutionStep()
  ) -> Variable {
    let (backend, kernels) = (tape.backend, kernels)
    let plain = filter.filter
    let convolution = merging.map(plain.merged(by:)) ?? plain
    let output = backend.convolve(
      value, with: convolution, bias: bias, rectified: rectified, step: step)
    let inputShape = value.shape
    let keptInput = filter.slot == nil ? nil : value
    let keptOutput = rectified ? output : nil
    let (slot, filterSlot) = (slot, filter.slot)
    return tape.record(output, operands: [slot, filterSlot]) { gradient in
      var gradient = gradient
      if let keptOutput { kernels.rectifyGradient(&gradient, output: keptOutput) }
      if let filterSlot, let keptInput {
        let filterGradient = backend.convolutionFilterGradient(
          gradient, input: keptInput, filterShape: convolution.shape, step: step)
        filterSlot.accumulate(
          merging?.unmerged(filterGradient, kernel: plain.shape[1]) ?? filterGradient, kernels)
      }
      slot?.accumulate(
        backend.convolutionInputGradient(
          gradient, filter: convolution, inputShape: inputShape, step: step), kernels)
    }
  }

  /// The convolution with `filter`.
  ///
  /// - Parameters:
  ///   - bias: A constant to add per output channel, f32 `[outputs]`.
  ///   - rectified: Whether max(0, ·) follows.
  public func convolved(
    with filter: FilterVariable, bias: Tensor? = nil, rectified: Bool = false,
    step: ConvolutionStep = ConvolutionStep()
  ) -> Variable {
    convolved(with: filter, merging: nil, bias: bias, rectified: rectified, step: step)
  }

  /// The convolution with `filter`, in steps of `stride` pixels, of the image blurred by [1 2 1]/4
  /// along both axes, computed without making that image.
  ///
  /// This value is the image within a border that is one pixel wider than without the blur.
  public func blurredAndConvolved(with filter: FilterVariable, stride: Int) -> Variable {
    convolved(with: filter, merging: .blur, step: ConvolutionStep(stride: stride))
  }

  /// The 3×3 convolution with `filter` of the image with its extents doubled, computed without making
  /// that image.
  ///
  /// This value is the image within a border of one pixel. Repeated, for `.nearest`, it is what
  /// doubling leaves to see of a mirrored or repeated border, and for `.bilinear` of a repeated one.
  /// Of zeros, it is what is left of zeros.
  ///
  /// - Returns: For an image of `height` by `width` within its border, one of twice the extents.
  public func doubledAndConvolved(with filter: FilterVariable, _ doubling: Doubling) -> Variable {
    let groups = convolved(with: filter, merging: .doubling(doubling))
    return doubling == .bilinear ? groups.rearranged(by: 2) : groups.interleaved()
  }

  /// The four convolutions of 2×2 that make up one over a doubled image, put together: of
  /// `[batch, height + 1, width + 1, 4·channels]` `[batch, 2·height, 2·width, channels]`.
  private func interleaved() -> Variable {
    let (kernels, slot) = (kernels, slot)
    return tape.record(kernels.interleave(value), operands: [slot]) { gradient in
      slot?.accumulate(kernels.interleaveGradient(gradient), kernels)
    }
  }

  /// Each pixel's channels as a square of `factor`² pixels: of
  /// `[batch, height, width, factor²·channels]` `[batch, factor·height, factor·width, channels]`.
  ///
  /// Channel (i·factor + j)·channels + c becomes channel c of the pixel in row i and column j.
  ///
  /// Source: Shi et al. 2016; the order of the channels is that of ONNX's DepthToSpace.
  public func rearranged(by factor: Int) -> Variable {
    let (kernels, slot) = (kernels, slot)
    return tape.record(
      kernels.depthToSpace(value, factor: factor), operands: [slot]
    ) { gradient in
      slot?.accumulate(kernels.spaceToDepth(gradient, factor: factor), kernels)
    }
  }

  /// The image within `frame`.
  public func padded(_ frame: Frame) -> Variable { biased(frame: frame) }

  /// The part of images that lies in `window`.
  public func cropped(to window: CropWindow) -> Variable {
    let (kernels, slot, inputShape) = (kernels, slot, value.shape)
    return tape.record(kernels.crop(value, to: window), operands: [slot]) { gradient in
      slot?.accumulate(
        kernels.cropGradient(gradient, window: window, inputShape: inputShape), kernels)
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
