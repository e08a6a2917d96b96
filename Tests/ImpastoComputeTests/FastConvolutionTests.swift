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
    let expected = reference.kernels.convert(expected, to: .float32)
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
      #expect(
        distance(result, expected[index]) <= tolerance(type),
        // Which of them is off, and whether it stays so.
        """
        \(what): distances of a second run from the first \(distance(run(backend, type)[index], result)), \
        of the reference's \(distance(run(reference, .float32)[index], expected[index]))
        """)
      // A first layer in bf16 with zeros around is left to oneDNN as a whole, which may share out
      // its sums among threads.
      let isWhole = shape.filter[3] <= 4 && shape.step.zeroPadding > 0
      if index == 0, type == .bfloat16, isWhole { continue }
      #expect(result.scalars == single[index].scalars, "\(what) on one thread")
    }
  }

  /// By each of the ways that convolutions are computed.
  static let banded = [
    ConvolutionCase("tiles", [1, 23, 14, 32], [32, 3, 3, 32]),
    ConvolutionCase("2×2", [1, 22, 14, 64], [32, 2, 2, 64]),
    ConvolutionCase("a first layer's", [1, 29, 26, 3], [32, 9, 9, 3]),
    ConvolutionCase("a last layer's", [1, 29, 26, 32], [3, 9, 9, 32]),
    ConvolutionCase("stride 2", [1, 43, 29, 32], [64, 3, 3, 32], stride: 2),
    ConvolutionCase("stride 2 to few channels", [1, 43, 29, 4], [6, 3, 3, 4], stride: 2),
    ConvolutionCase("few channels", [1, 23, 13, 6], [8, 3, 3, 6]),
    ConvolutionCase("few channels, 9×9", [1, 29, 21, 3], [4, 9, 9, 3]),
    ConvolutionCase("1×1", [1, 21, 13, 16], [24, 1, 1, 16]),
  ]

  /// On every set of instructions, and whatever the threads.
  @Test(arguments: banded, ScalarType.allCases)
  func `bands that begin at multiples of four rows have the bits of the whole`(
    convolution: ConvolutionCase, type: ScalarType
  ) {
    let shape = convolution.shape
    let input = Tensor.sixteenths(shape.input, type, seed: 1)
    let filter = ConvolutionFilter(.sixteenths(shape.filter, seed: 2))
    #expect(shape.output.height == 21)
    for backend in backends where backend.supports(type) {
      /// The outputs of `rows`, computed from those that they see.
      func convolved(_ rows: Range<Int>, threads: Int) -> [Float] {
        let inputs =
          rows.lowerBound * shape.step.stride..<(rows.upperBound - 1) * shape.step.stride
          + shape.filter[1]
        return backend.limited(to: ThreadBudget(count: threads)).convolve(
          input.rows(inputs), with: filter, bias: nil, rectified: false, step: shape.step
        ).scalars
      }
      let whole = convolved(0..<21, threads: 1)
      if backend.name == "onednn" { #expect(convolved(0..<21, threads: 2) == whole) }
      for bounds in [[0, 8, 12, 21], [0, 4, 20, 21], [0, 16, 21]] {
        let bands = zip(bounds, bounds.dropFirst()).flatMap { convolved($0..<$1, threads: 1) }
        #expect(bands == whole, "\(backend.name), \(bounds)")
      }
    }
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
