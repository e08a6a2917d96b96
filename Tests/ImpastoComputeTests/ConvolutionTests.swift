import ImpastoCompute
import ImpastoTensors
import Testing

struct ConvolutionTests {
  @Test(arguments: ConvolutionCase.all, ScalarType.allCases)
  func `every backend convolves by definition, forwards and backwards`(
    convolution: ConvolutionCase, type: ScalarType
  ) {
    let shape = convolution.shape
    let input = Tensor.sixteenths(shape.input, type, seed: 1)
    let filter = ConvolutionFilter(.sixteenths(shape.filter, seed: 2))
    let bias = convolution.hasBias ? Tensor.sixteenths([shape.filter[0]], seed: 3) : nil
    let gradient = Tensor.sixteenths(shape.output, type, seed: 4)

    let naive = NaiveConvolution(shape: shape)
    let weights = filter.weights.doubles
    let output = naive.output(
      input.doubles, weights, bias: bias?.doubles, rectified: convolution.isRectified)
    let inputGradient = naive.inputGradient(gradient.doubles, weights)
    let filterGradient = naive.filterGradient(gradient.doubles, input.doubles)

    let tolerance = convolution.tolerance(type)
    for backend in backends where backend.supports(type) {
      expectEqual(
        backend.convolve(
          input, with: filter, bias: bias, rectified: convolution.isRectified, step: shape.step),
        output, shape: shape.output, within: tolerance, "output of \(backend.name)")
      expectEqual(
        backend.convolutionInputGradient(
          gradient, filter: filter, inputShape: shape.input, step: shape.step),
        inputGradient, shape: shape.input, within: tolerance, "input gradient of \(backend.name)")
      expectEqual(
        backend.convolutionFilterGradient(
          gradient, input: input, filterShape: shape.filter, step: shape.step),
        filterGradient, shape: shape.filter, within: tolerance,
        "filter gradient of \(backend.name)")
    }
  }

  @Test func `the results have the input's type, the gradient of a filter is f32`() {
    let shape = ConvolutionShape(
      input: [1, 4, 4, 3], filter: [2, 3, 3, 3], step: ConvolutionStep())
    for backend in backends {
      for type in ScalarType.allCases where backend.supports(type) {
        let filter = ConvolutionFilter(.sixteenths(shape.filter, seed: 1))
        let input = Tensor.sixteenths(shape.input, type, seed: 2)
        let output = backend.convolve(
          input, with: filter, bias: nil, rectified: false, step: shape.step)
        #expect(output.scalarType == type)
        #expect(
          backend.convolutionInputGradient(
            output, filter: filter, inputShape: shape.input, step: shape.step
          ).scalarType == type)
        #expect(
          backend.convolutionFilterGradient(
            output, input: input, filterShape: shape.filter, step: shape.step
          ).scalarType == .float32)
      }
    }
  }

  @Test func `one filter serves images of any size and type`() {
    let filter = ConvolutionFilter(.sixteenths([4, 3, 3, 5], seed: 1))
    for backend in backends {
      // More of them than a filter keeps packed forms for.
      for (height, width) in [(5, 5), (9, 4), (3, 17)] + (3...9).map({ ($0, 7) }) + [(5, 5)] {
        for type in ScalarType.allCases where backend.supports(type) {
          let input = Tensor.sixteenths([2, height, width, 5], type, seed: 2)
          let shape = ConvolutionShape(
            input: input.shape, filter: filter.shape, step: ConvolutionStep())
          expectEqual(
            backend.convolve(input, with: filter, bias: nil, rectified: false, step: shape.step),
            NaiveConvolution(shape: shape).output(
              input.doubles, filter.weights.doubles, bias: nil, rectified: false),
            shape: shape.output, within: type == .bfloat16 ? 0.03 : 4e-6,
            "\(height)×\(width) on \(backend.name)")
        }
      }
    }
  }

  @Test func `a convolution counts its extents and operations`() {
    let shape = ConvolutionShape(
      input: [2, 9, 8, 3], filter: [5, 3, 3, 3],
      step: ConvolutionStep(stride: 2, zeroPadding: 1))
    #expect(shape.output == [2, 5, 4, 5])
    #expect(shape.operationCount == 2 * (2 * 5 * 4 * 5) * (3 * 3 * 3))
  }

  @Test func `operands that do not fit stop the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = ConvolutionShape(input: [1, 5, 5, 3], filter: [2, 3, 3, 4], step: ConvolutionStep())
    }
    await #expect(processExitsWith: .failure) {
      _ = ConvolutionShape(input: [1, 2, 5, 3], filter: [2, 3, 3, 3], step: ConvolutionStep())
    }
    await #expect(processExitsWith: .failure) {
      _ = OneDNNBackend(threads: ThreadBudget(count: 1)).convolutionInputGradient(
        Tensor(zeros: [1, 4, 3, 2]), filter: ConvolutionFilter(Tensor(zeros: [2, 3, 3, 3])),
        inputShape: [1, 5, 5, 3], step: ConvolutionStep())
    }
    await #expect(processExitsWith: .failure) {
      _ = ConvolutionFilter(Tensor(zeros: [2, 3, 3, 3], .bfloat16))
    }
  }
}
