import ImpastoCompute
import ImpastoTensors
import Testing

struct FrameTests {
  private static let types: [(input: ScalarType, output: ScalarType)] = [
    (.float32, .float32), (.bfloat16, .bfloat16), (.bfloat16, .float32),
  ]

  @Test(arguments: FrameCase.all, types)
  func `an affine step, its activation and frame are as defined`(
    frameCase: FrameCase, types: (input: ScalarType, output: ScalarType)
  ) {
    let input = Tensor.sixteenths(frameCase.shape, types.input, seed: 1)
    let output = kernels.apply(
      frameCase.affine, to: input, activation: frameCase.activation, frame: frameCase.frame,
      outputType: types.output)
    #expect(output.scalarType == types.output)
    expectEqual(
      output, frameCase.output(input.doubles, residual: nil), shape: frameCase.framedShape,
      "output")
  }

  /// Holds on every set of instructions.
  @Test(arguments: [1, 3, 5, 8, 16, 31, 32], types)
  func `a pixel of few channels has the same bits in a row as alone`(
    channels: Int, types: (input: ScalarType, output: ScalarType)
  ) {
    let width = 71
    let affine = ChannelAffine(
      scale: (0..<channels).map { 0.7 + Float($0) / 3 },
      shift: (0..<channels).map { 0.1 - Float($0) / 7 })
    let input = Tensor.sixteenths([1, 1, width, channels], types.input, seed: 1)
    let residual = Tensor.sixteenths(input.shape, types.input, seed: 2)
    for (activation, residual) in [(Activation.sigmoid, nil), (.linear, residual)] {
      func applied(_ input: Tensor, _ residual: Tensor?) -> [Float] {
        kernels.apply(
          affine, to: input, activation: activation, residual: residual, outputType: types.output
        ).scalars
      }
      let row = applied(input, residual)
      for pixel in 0..<width {
        let own = pixel * channels..<(pixel + 1) * channels
        func alone(_ row: Tensor) -> Tensor {
          Tensor(Array(row.scalars[own]), shape: [1, 1, 1, channels], row.scalarType)
        }
        #expect(Array(row[own]) == applied(alone(input), residual.map(alone)), "pixel \(pixel)")
      }
    }
  }

  @Test(arguments: FrameCase.all, types)
  func `the gradient is the adjoint of the frame times the activation's slope`(
    frameCase: FrameCase, types: (input: ScalarType, output: ScalarType)
  ) {
    let input = Tensor.sixteenths(frameCase.shape, types.input, seed: 1)
    let arriving = Tensor.sixteenths(frameCase.framedShape, types.output, seed: 2)
    let (gradient, sums, products) = kernels.applyGradient(
      arriving, affine: frameCase.affine, input: input, activation: frameCase.activation,
      frame: frameCase.frame)
    let expected = frameCase.gradient(arriving.doubles, input: input.doubles)
    #expect(gradient.scalarType == types.input)
    expectEqual(gradient, expected.gradient, shape: frameCase.shape, "gradient")
    let rows: Shape = [sums.count]
    expectEqual(Tensor(sums, shape: rows), expected.sums, shape: rows, "sums")
    expectEqual(Tensor(products, shape: rows), expected.products, shape: rows, "products")
  }

  @Test(arguments: [0, 1, 3], ScalarType.allCases)
  func `a residual is added within its border`(border: Int, type: ScalarType) {
    let frameCase = FrameCase(
      shape: [2, 5, 4, 3], frame: Frame(padding: 2), activation: .linear)
    let shape = frameCase.shape
    let input = Tensor.sixteenths(shape, type, seed: 1)
    let residual = Tensor.sixteenths(Frame(padding: border).shape(around: shape), type, seed: 2)
    let scalars = residual.doubles
    let width = shape.width + 2 * border
    var interior: [Double] = []
    for image in 0..<shape.batch {
      for y in 0..<shape.height {
        let row = (image * (shape.height + 2 * border) + y + border) * width + border
        interior += scalars[row * shape.channels..<(row + shape.width) * shape.channels]
      }
    }
    let output = kernels.apply(
      frameCase.affine, to: input, residual: residual, residualPadding: border,
      frame: frameCase.frame)
    expectEqual(
      output, frameCase.output(input.doubles, residual: interior), shape: frameCase.framedShape,
      "output")
  }

  @Test func `a sigmoid of any number lies within 0 and 1`() {
    let input = Tensor(
      [-Float.greatestFiniteMagnitude, -200, -88, 0, 17, 88, 200, .greatestFiniteMagnitude],
      shape: [1, 8, 1, 1])
    let output = kernels.apply(
      ChannelAffine(scale: [1], shift: [0]), to: input, activation: .sigmoid
    ).scalars
    #expect(output.allSatisfy { (0...1).contains($0) })
    #expect(output == output.sorted())
    #expect(output[0] < 1e-37 && output[3] == 0.5 && output[7] == 1)
  }

  @Test(
    arguments: [
      Activation.linear, .rectified, .leaky(slope: 0.5), .sigmoid, .tanh(scale: 2), .clamped(0...1),
    ], ScalarType.allCases)
  func `a number that is not one stays visible`(activation: Activation, type: ScalarType) {
    let input = Tensor([1, .nan, -2, .nan], shape: [1, 2, 2, 1], type)
    let output = kernels.apply(
      ChannelAffine(scale: [1], shift: [0]), to: input, activation: activation,
      frame: Frame(padding: 1, border: .repeated))
    #expect(kernels.nonfiniteCount(output) == 8)
  }

  @Test func `combining scales and shifts by image and channel`() {
    for type in ScalarType.allCases {
      let shape: Shape = [2, 3, 5, 3]
      let input = Tensor.sixteenths(shape, type, seed: 1)
      var gradient = Tensor.sixteenths(shape, type, seed: 2)
      let factors = (0..<6).map { Float($0) - 2.5 }
      let expected = gradient.doubles.indices.map { index in
        let row = index / 45 * 3 + index % 3
        return Double(factors[row]) * gradient.doubles[index]
          + 2 * Double(factors[row]) * input.doubles[index] - Double(factors[row])
      }
      kernels.combine(
        &gradient, a: factors, input: input, b: factors.map { 2 * $0 }, c: factors.map { -$0 })
      expectEqual(gradient, expected, shape: shape, "combination")
    }
  }

  @Test func `a border wider than what it mirrors stops the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = OneDNNBackend(threads: ThreadBudget(count: 1)).kernels.apply(
        ChannelAffine(scale: [1], shift: [0]), to: Tensor(zeros: [1, 3, 3, 1]),
        frame: Frame(padding: 3))
    }
  }
}
