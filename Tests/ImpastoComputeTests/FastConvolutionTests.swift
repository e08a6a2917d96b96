import ImpastoCompute
import ImpastoTensors
import Testing

struct FastConvolutionTests {
  private let reference = OpenBLASBackend()

  /// What the distance from f32 may be as a share of the norm.
  ///
  /// In bf16 both operands are rounded
  /// after they are evaluated at the points of a tile, which weighs up to five times as much as
  /// rounding themselves; these cases come to 0.8-1.2 %.
  private func tolerance(_ type: ScalarType) -> Double { type == .float32 ? 3e-6 : 1.5e-2 }

  /// ‖actual − expected‖ / ‖expected‖.
  private func distance(_ actual: Tensor, _ expected: Tensor) -> Double {
    let actual = reference.kernels.convert(actual, to: .float32)
    let difference = reference.kernels.squaredDifference(actual, expected).reduce(0, +)
    return (difference / reference.kernels.squaredDifference(expected).reduce(0, +)).squareRoot()
  }

  @Test(arguments: ConvolutionCase.fast, ScalarType.allCases)
  func `the default backend agrees with the reference at all sizes`(
    convolution: ConvolutionCase, type: ScalarType
  ) {
    let backend = OneDNNBackend()
    guard backend.supports(type) else { return }
    let shape = convolution.shape
    let input = Tensor.sixteenths(shape.input, type, seed: 1)
    let filter = ConvolutionFilter(.sixteenths(shape.filter, seed: 2))
    let bias = convolution.hasBias ? Tensor.sixteenths([shape.filter[0]], seed: 3) : nil
    let gradient = Tensor.sixteenths(shape.output, type, seed: 4)
    func run(_ backend: any ComputeBackend, _ type: ScalarType) -> [Tensor] {
      let input = backend.kernels.convert(input, to: type)
      let gradient = backend.kernels.convert(gradient, to: type)
      return [
        backend.convolve(
          input, with: filter, bias: bias, rectified: convolution.isRectified, step: shape.step),
        backend.convolutionInputGradient(
          gradient, filter: filter, inputShape: shape.input, step: shape.step),
        backend.convolutionFilterGradient(
          gradient, input: input, filterShape: shape.filter, step: shape.step),
      ]
    }
    let (results, expected) = (run(backend, type), run(reference, .float32))
    let single = run(OneDNNBackend(threads: ThreadBudget(count: 1)), type)
    let shapes = [shape.output, shape.input, shape.filter]
    for (index, what) in ["output", "input gradient", "filter gradient"].enumerated() {
      let result = results[index]
      #expect(result.shape == shapes[index], "\(what)")
      #expect(result.scalarType == (index < 2 ? type : .float32), "\(what)")
      #expect(distance(result, expected[index]) <= tolerance(type), "\(what)")
      // A first layer in bf16 is left to oneDNN, which may share out its sums among threads.
      if index == 0, type == .bfloat16, shape.filter[3] <= 4 { continue }
      #expect(result.scalars == single[index].scalars, "\(what) on one thread")
    }
  }

  @Test(arguments: ScalarType.allCases)
  func `bands that begin at multiples of four rows have the bits of the whole`(type: ScalarType) {
    let backend = OneDNNBackend()
    guard backend.supports(type) else { return }
    let input = Tensor.sixteenths([1, 21, 14, 32], type, seed: 1)
    let filter = ConvolutionFilter(.sixteenths([32, 3, 3, 32], seed: 2))
    func convolved(_ rows: Range<Int>) -> [Float] {
      let row = 14 * 32
      let band = Tensor(
        Array(input.scalars[rows.lowerBound * row..<rows.upperBound * row]),
        shape: [1, rows.count, 14, 32], type)
      return backend.convolve(
        band, with: filter, bias: nil, rectified: false, step: ConvolutionStep()
      ).scalars
    }
    #expect(convolved(0..<10) + convolved(8..<14) + convolved(12..<21) == convolved(0..<21))
  }

  /// Of an inner layer and of a first one, which are computed differently.
  @Test(arguments: ScalarType.allCases, [32, 3])
  func `what is not a number is so in every output that sees it`(type: ScalarType, channels: Int) {
    let backend = OneDNNBackend()
    guard backend.supports(type) else { return }
    let shape: Shape = [1, 12, 12, channels]
    var scalars = [Float](repeating: 1, count: shape.count)
    scalars[(5 * 12 + 6) * channels + 2] = .nan
    let output = backend.convolve(
      Tensor(scalars, shape: shape, type),
      with: ConvolutionFilter(.sixteenths([32, 3, 3, channels], seed: 1)),
      bias: nil, rectified: true, step: ConvolutionStep()
    ).scalars
    for y in 3...5 {
      for x in 4...6 {
        let pixel = (y * 10 + x) * 32
        #expect(output[pixel..<pixel + 32].allSatisfy { $0.isNaN })
      }
    }
    #expect(output[(9 * 10 + 9) * 32].isFinite)
  }

  @Test func `threads of one filter share its packed form`() async {
    let backend = OneDNNBackend(threads: ThreadBudget(count: 1))
    let filter = ConvolutionFilter(.sixteenths([64, 3, 3, 64], seed: 1))
    let inputs = (0..<8).map { Tensor.sixteenths([1, 9, 9 + $0, 64], seed: 2) }
    func convolved(_ input: Tensor) -> [Float] {
      backend.convolve(
        input, with: filter, bias: nil, rectified: false, step: ConvolutionStep()
      ).scalars
    }
    let together = await withTaskGroup(of: (Int, [Float]).self) { group in
      for (index, input) in inputs.enumerated() {
        group.addTask { (index, convolved(input)) }
      }
      return await group.reduce(into: [Int: [Float]]()) { $0[$1.0] = $1.1 }
    }
    for (index, input) in inputs.enumerated() {
      #expect(together[index] == convolved(input))
    }
  }
}
