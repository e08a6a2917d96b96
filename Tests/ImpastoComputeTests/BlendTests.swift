import ImpastoCompute
import ImpastoTensors
import Testing

/// Affine steps of which each pixel has its own blend.
struct BlendTests {
  private static let types: [(input: ScalarType, output: ScalarType)] = [
    (.float32, .float32), (.bfloat16, .bfloat16), (.bfloat16, .float32),
  ]
  private static let rows = 3

  /// Rows of scales and shifts, `[batch, rows, channels]`, exact in bf16.
  private func affine(_ shape: Shape) -> ChannelAffine {
    let count = shape.batch * Self.rows * shape.channels
    return ChannelAffine(
      scale: (0..<count).map { Float($0 % 5 + 1) / 2 * ($0 % 2 == 0 ? 1 : -1) },
      shift: (0..<count).map { Float($0 % 7 - 3) / 4 + 1 / 64 })
  }

  /// Quarters that sum to 1 over the rows of each pixel.
  private func weights(_ shape: Shape, growth: Int = 0) -> Tensor {
    let (height, width) = (shape.height + growth, shape.width + 2 * growth)
    let scalars = (0..<shape.batch * height * width).flatMap { pixel -> [Float] in
      let first = Float(pixel % 5) / 4
      let second = (1 - first) * Float(pixel % 3) / 2
      return [first, second, 1 - first - second]
    }
    return Tensor(scalars, shape: [shape.batch, height, width, Self.rows])
  }

  @Test(arguments: FrameCase.all, types)
  func `each pixel gets its weighted sum of the rows, by definition`(
    frameCase: FrameCase, types: (input: ScalarType, output: ScalarType)
  ) {
    let shape = frameCase.shape
    let affine = affine(shape)
    for growth in [0, 2] {
      let weights = weights(shape, growth: growth)
      let input = Tensor.sixteenths(shape, types.input, seed: 1)
      let output = kernels.apply(
        affine, weights: weights, to: input, activation: frameCase.activation,
        frame: frameCase.frame, outputType: types.output)
      let (inputs, shares) = (input.doubles, weights.doubles)
      let blended = inputs.indices.map { index -> Double in
        let (pixel, channel) = (index / shape.channels, index % shape.channels)
        let (y, x) = (pixel / shape.width, pixel % shape.width)
        let (image, row) = (y / shape.height, y % shape.height)
        let place =
          ((image * weights.shape.height + row) * weights.shape.width + x) * Self.rows
        return (0..<Self.rows).reduce(0) { sum, r in
          let i = (image * Self.rows + r) * shape.channels + channel
          let value = Double(affine.scale[i]) * inputs[index] + Double(affine.shift[i])
          return sum + shares[place + r] * value
        }
      }
      // The frame and activation of what is blended already.
      let expected = kernels.apply(
        ChannelAffine(
          scale: [Float](repeating: 1, count: shape.batch * shape.channels),
          shift: [Float](repeating: 0, count: shape.batch * shape.channels)),
        to: Tensor(blended.map(Float.init), shape: shape), activation: frameCase.activation,
        frame: frameCase.frame)
      expectEqual(
        output, expected.doubles, shape: frameCase.framedShape, within: 1e-5,
        "blend of weights larger by \(growth)")
    }
  }

  /// Holds on every set of instructions.
  @Test(arguments: FrameCase.all, types)
  func `a row with all the weight gives what it gives alone, bit for bit`(
    frameCase: FrameCase, types: (input: ScalarType, output: ScalarType)
  ) {
    let shape = frameCase.shape
    var random = RandomSource(seed: 4)
    let count = shape.batch * Self.rows * shape.channels
    let affine = ChannelAffine(
      scale: (0..<count).map { _ in random.normal() },
      shift: (0..<count).map { _ in random.normal() })
    let input = Tensor.sixteenths(shape, types.input, seed: 1)
    for row in 0..<Self.rows {
      let pixels = shape.batch * shape.height * shape.width
      let weights = Tensor(
        (0..<pixels * Self.rows).map { $0 % Self.rows == row ? 1 : 0 },
        shape: [shape.batch, shape.height, shape.width, Self.rows])
      func alone(_ values: [Float]) -> [Float] {
        (0..<shape.batch).flatMap { image in
          let start = (image * Self.rows + row) * shape.channels
          return values[start..<start + shape.channels]
        }
      }
      let blended = kernels.apply(
        affine, weights: weights, to: input, activation: frameCase.activation,
        frame: frameCase.frame, outputType: types.output)
      let plain = kernels.apply(
        ChannelAffine(scale: alone(affine.scale), shift: alone(affine.shift)), to: input,
        activation: frameCase.activation, frame: frameCase.frame, outputType: types.output)
      #expect(blended.scalars == plain.scalars, "row \(row)")
    }
  }

  @Test(arguments: ScalarType.allCases)
  func `a residual is added to a blend as to one row`(type: ScalarType) {
    // More channels than are summed up at a time.
    let shape: Shape = [1, 4, 5, 70]
    let input = Tensor.sixteenths(shape, type, seed: 1)
    let residual = Tensor.sixteenths(Frame(padding: 1).shape(around: shape), type, seed: 2)
    let row = ChannelAffine(
      scale: [Float](repeating: 0.5, count: 70), shift: [Float](repeating: 0.25, count: 70))
    let blended = kernels.apply(
      ChannelAffine(
        scale: row.scale + row.scale + row.scale, shift: row.shift + row.shift + row.shift),
      weights: weights(shape), to: input, residual: residual, residualPadding: 1,
      frame: Frame(padding: 1, border: .repeated))
    let plain = kernels.apply(
      row, to: input, residual: residual, residualPadding: 1,
      frame: Frame(padding: 1, border: .repeated))
    #expect(blended.scalars == plain.scalars)
  }

  @Test func `weights smaller than the image stop the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = OneDNNBackend(threads: ThreadBudget(count: 1)).kernels.apply(
        ChannelAffine(scale: [1, 1], shift: [0, 0]), weights: Tensor(zeros: [1, 3, 2, 2]),
        to: Tensor(zeros: [1, 3, 3, 1]))
    }
  }
}
