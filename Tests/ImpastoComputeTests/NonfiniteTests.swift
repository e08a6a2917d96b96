import ImpastoCompute
import ImpastoTensors
import Testing

/// What is not finite has to stay so, on every set of instructions: a loss that is not a number must
/// show, and so must a picture that is none.
struct NonfiniteTests {
  /// By each of the ways that convolutions are computed, with one scalar that is not finite.
  static let cases = [
    ConvolutionCase("3×3 of three channels", [1, 12, 12, 3], [32, 3, 3, 3]),
    ConvolutionCase("3×3 of 32 channels", [1, 12, 12, 32], [32, 3, 3, 32]),
    ConvolutionCase(
      "a loss network's first", [2, 12, 12, 3], [64, 3, 3, 3], zeroPadding: 1, hasBias: true),
    ConvolutionCase(
      "a loss network's", [2, 12, 12, 64], [64, 3, 3, 64], zeroPadding: 1, hasBias: true),
    ConvolutionCase("2×2", [1, 12, 12, 64], [32, 2, 2, 64]),
    ConvolutionCase("9×9 of three channels", [1, 14, 14, 3], [32, 9, 9, 3]),
    ConvolutionCase("9×9 to three channels", [1, 16, 16, 32], [3, 9, 9, 32]),
    ConvolutionCase("stride 2", [1, 13, 13, 32], [64, 3, 3, 32], stride: 2),
    ConvolutionCase("few channels", [1, 12, 12, 4], [6, 3, 3, 4]),
    ConvolutionCase("1×1", [1, 8, 8, 16], [16, 1, 1, 16]),
  ]

  /// An output that sees NaN is NaN.
  ///
  /// One that sees an infinity is not finite, unless it is −∞ and
  /// rectified.
  @Test(arguments: cases, ScalarType.allCases)
  func `what is not finite is so in every output that sees it`(
    convolution: ConvolutionCase, type: ScalarType
  ) {
    let shape = convolution.shape
    let weights = Tensor.sixteenths(shape.filter, seed: 1)
    let bias = convolution.hasBias ? Tensor.sixteenths([shape.filter[0]], seed: 2) : nil
    let place = (y: 6, x: 7, channel: 2)
    for backend in backends where backend.supports(type) {
      for value in [Float.nan, .infinity, -.infinity] {
        var scalars = Tensor.sixteenths(shape.input, seed: 3).scalars
        let (width, channels) = (shape.input.width, shape.input.channels)
        scalars[(place.y * width + place.x) * channels + place.channel] = value
        for rectified in [false, true] {
          let output = backend.convolve(
            Tensor(scalars, shape: shape.input, type), with: ConvolutionFilter(weights),
            bias: bias, rectified: rectified, step: shape.step)
          let hidden = outputs(shape, seeing: place).filter { index, weight in
            let result = output.scalars[index]
            if value.isNaN { return !result.isNaN }
            return result.isFinite && !(rectified && value * weights.scalars[weight] < 0)
          }
          #expect(
            hidden.isEmpty,
            "\(backend.name), \(value), rectified: \(rectified): \(hidden.count) outputs hide it")
        }
      }
    }
  }

  /// The outputs of the first image that see a pixel's channel, with the weight that each gives it.
  private func outputs(
    _ shape: ConvolutionShape, seeing place: (y: Int, x: Int, channel: Int)
  ) -> [(index: Int, weight: Int)] {
    let (output, filter, step) = (shape.output, shape.filter, shape.step)
    var found: [(Int, Int)] = []
    for y in 0..<output.height {
      for x in 0..<output.width {
        let row = place.y + step.zeroPadding - y * step.stride
        let column = place.x + step.zeroPadding - x * step.stride
        guard (0..<filter[1]).contains(row), (0..<filter[2]).contains(column) else { continue }
        for channel in 0..<filter[0] {
          found.append(
            (
              (y * output.width + x) * output.channels + channel,
              ((channel * filter[1] + row) * filter[2] + column) * filter[3] + place.channel
            ))
        }
      }
    }
    return found
  }

  @Test(arguments: ScalarType.allCases)
  func `NaN passes the loops between convolutions`(type: ScalarType) {
    let image = Tensor([.nan, 1, -2, 3], shape: [1, 2, 2, 1], type)
    let affine = ChannelAffine(scale: [1], shift: [0])
    for activation in [Activation.linear, .rectified, .sigmoid] {
      let result = kernels.apply(affine, to: image, activation: activation).scalars
      #expect(result[0].isNaN && result[1...].allSatisfy(\.isFinite), "\(activation)")
    }
    #expect(kernels.maxPool(image).scalars[0].isNaN)
    #expect(kernels.averagePool(image).scalars[0].isNaN)
    #expect(kernels.channelStatistics(image).isFinite == false)
    #expect(kernels.nonfiniteCount(image) == 1)
    #expect(kernels.squaredDifference(image)[0].isNaN)
  }

  @Test func `NaN has no logit and no level`() {
    let image = Tensor([.nan, 0.5], shape: [1, 1, 2, 1])
    #expect(kernels.logit(image, margin: 0.01).scalars[0].isNaN)
    #expect(kernels.levels(image).nonfinite == 1)
  }
}
