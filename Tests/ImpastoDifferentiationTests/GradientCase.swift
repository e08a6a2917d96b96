import ImpastoCompute
import ImpastoTensors
import Testing

/// One row of the table that finite differences check and backends must agree on.
struct GradientCase: Sendable, CustomTestStringConvertible {
  let name: String
  let operation: Operation
  /// The operands by name, and whether each gets a gradient.
  let operands: [(name: String, shape: Shape, isParameter: Bool)]
  /// How far a scalar is moved to either side.
  var step: Float = 0.01
  /// The difference allowed, as a share of the largest gradient.
  var tolerance: Double = 2e-3
  /// Whether the slope may jump: coordinates at a jump are then passed over.
  var hasKinks = false

  var testDescription: String { name }

  /// Operands that are the same at every run.
  func drawOperands() -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (index, operand) in operands.enumerated() {
      var random = RandomSource(seed: 7, path: [UInt64(index)])
      let scalars = (0..<operand.shape.count).map { _ in random.normal() }
      tensors[operand.name] = Tensor(scalars, shape: operand.shape)
    }
    return tensors
  }

  /// A cotangent for a result of `shape`: symmetric where the result is.
  func drawCotangent(_ shape: Shape) -> Tensor {
    var random = RandomSource(seed: 8)
    var scalars = (0..<shape.count).map { _ in random.normal() }
    if operation == .gramMatrix {
      let n = shape[2]
      for index in scalars.indices {
        let (matrix, row, column) = (index / (n * n), index / n % n, index % n)
        scalars[index] = scalars[matrix * n * n + min(row, column) * n + max(row, column)]
      }
    }
    return Tensor(scalars, shape: shape)
  }

  var parameters: Set<String> { Set(operands.filter(\.isParameter).map(\.name)) }

  static let all: [GradientCase] =
    convolutions + normalizations + biases + [
      GradientCase(
        name: "padding with zeros", operation: .padding(Frame(padding: 2, border: .zeros)),
        operands: [("input", [2, 1, 3, 2], true)]),
      GradientCase(
        name: "pixels from channels", operation: .rearranging(2),
        operands: [("input", [2, 3, 2, 12], true)]),
      GradientCase(
        name: "pixels from the channels of one pixel", operation: .rearranging(4),
        operands: [("input", [1, 1, 1, 16], true)]),
      GradientCase(
        name: "factor and addend of each channel", operation: .mapping(factor: -0.5),
        operands: [("input", [2, 3, 2, 3], true)]),
      GradientCase(
        name: "equal rows", operation: .repeating(3), operands: [("input", [4], true)]),
      GradientCase(
        name: "reflection padding that shows each pixel up to nine times",
        operation: .padding(Frame(padding: 2)), operands: [("input", [2, 3, 3, 2], true)]),
      GradientCase(
        name: "reflection padding by nothing", operation: .padding(Frame(padding: 0)),
        operands: [("input", [1, 1, 1, 3], true)]),
      GradientCase(
        name: "max pooling", operation: .maxPooling, operands: [("input", [2, 5, 7, 3], true)],
        hasKinks: true),
      GradientCase(
        name: "max pooling of the smallest image", operation: .maxPooling,
        operands: [("input", [1, 2, 2, 1], true)], hasKinks: true),
      GradientCase(
        name: "average pooling", operation: .averagePooling,
        operands: [("input", [2, 5, 7, 3], true)]),
      GradientCase(
        name: "preprocessing", operation: .preprocessing, operands: [("input", [2, 3, 1, 3], true)]
      ),
      GradientCase(
        name: "Gram matrix", operation: .gramMatrix, operands: [("input", [2, 3, 4, 5], true)]),
      GradientCase(
        name: "Gram matrix of one channel", operation: .gramMatrix,
        operands: [("input", [1, 3, 3, 1], true)]),
      GradientCase(
        name: "squared error", operation: .squaredError,
        operands: [("input", [3, 2, 5, 2], true), ("target", [3, 2, 5, 2], false)]),
      GradientCase(
        name: "squared error of two variables", operation: .squaredDifference,
        operands: [("input", [3, 2, 5, 2], true), ("target", [3, 2, 5, 2], true)]),
      GradientCase(
        name: "a part of some images",
        operation: .cropping(images: 1..<3, rows: 2..<4, columns: 0..<3),
        operands: [("input", [4, 5, 6, 3], true)]),
      GradientCase(
        name: "all of one pixel", operation: .cropping(images: 0..<1, rows: 0..<1, columns: 0..<1),
        operands: [("input", [1, 1, 1, 2], true)]),
      GradientCase(name: "sum", operation: .sum, operands: [("input", [5], true)]),
      GradientCase(
        name: "relative squared error of matrices", operation: .relativeSquaredError,
        operands: [("input", [2, 4, 4], true), ("target", [2, 4, 4], false)]),
      GradientCase(
        name: "total variation", operation: .totalVariation,
        operands: [("input", [2, 4, 3, 3], true)]),
      GradientCase(
        name: "total variation of a column", operation: .totalVariation,
        operands: [("input", [1, 5, 1, 3], true)]),
      GradientCase(
        name: "total variation of one pixel", operation: .totalVariation,
        operands: [("input", [1, 1, 1, 3], true)]),
      GradientCase(
        name: "columns", operation: .columns(2..<5), operands: [("input", [3, 7], true)]),
      GradientCase(
        name: "all columns", operation: .columns(0..<4), operands: [("input", [2, 4], true)]),
      GradientCase(
        name: "weighted sum", operation: .weightedSum(weights: [0.5, -2, 3]),
        operands: [("input", [3], true), ("target", [3], true)]),
    ]

  private static let convolutions: [GradientCase] = [
    convolution("1×1 filter on one pixel", input: [1, 1, 1, 3], filter: [4, 1, 1, 3]),
    convolution("filter as large as the image", input: [2, 3, 5, 2], filter: [3, 3, 5, 2]),
    convolution("3×3 filter", input: [2, 6, 5, 3], filter: [4, 3, 3, 3]),
    convolution("9×9 filter", input: [1, 10, 11, 2], filter: [3, 9, 9, 2]),
    convolution(
      "stride 2 over odd sizes", input: [2, 7, 9, 3], filter: [5, 3, 3, 3],
      ConvolutionStep(stride: 2)),
    convolution(
      "stride 2 over even sizes", input: [2, 8, 6, 3], filter: [5, 3, 3, 3],
      ConvolutionStep(stride: 2)),
    convolution(
      "zero padding of one pixel", input: [1, 1, 1, 2], filter: [2, 3, 3, 2],
      ConvolutionStep(zeroPadding: 1)),
    convolution(
      "zero padding and stride", input: [2, 5, 6, 4], filter: [3, 3, 3, 4],
      ConvolutionStep(stride: 2, zeroPadding: 1)),
    convolution(
      "16 channels", input: [1, 5, 4, 16], filter: [32, 3, 3, 16], ConvolutionStep(zeroPadding: 1)),
    doubledConvolution(.nearest), doubledConvolution(.nearest, border: .zeros),
    doubledConvolution(.bilinear), doubledConvolution(.zeros, border: .zeros),
    GradientCase(
      name: "doubled convolution of one pixel", operation: .doubledConvolution(.nearest),
      operands: [("input", [1, 1, 1, 2], true), ("filter", [3, 3, 3, 2], true)]),
    GradientCase(
      name: "bilinearly doubled convolution of one pixel",
      operation: .doubledConvolution(.bilinear),
      operands: [("input", [1, 1, 1, 2], true), ("filter", [3, 3, 3, 2], true)]),
    GradientCase(
      name: "blurred convolution over odd sizes",
      operation: .blurredConvolution(Frame(padding: 2)),
      operands: [("input", [2, 7, 5, 3], true), ("filter", [4, 3, 3, 3], true)]),
    GradientCase(
      name: "blurred convolution within zeros",
      operation: .blurredConvolution(Frame(padding: 1, border: .zeros)),
      operands: [("input", [1, 4, 6, 2], true), ("filter", [3, 1, 1, 2], true)]),
    GradientCase(
      name: "convolution: bias and rectifier",
      operation: .convolution(step: ConvolutionStep(zeroPadding: 1), rectified: true),
      operands: [
        ("input", [2, 4, 5, 3], true), ("filter", [4, 3, 3, 3], true), ("bias", [4], false),
      ],
      hasKinks: true),
  ]

  private static func doubledConvolution(
    _ doubling: Doubling, border: Frame.Border = .repeated
  ) -> GradientCase {
    GradientCase(
      name: "convolution doubled by \(doubling.rawValue), border \(border)",
      operation: .doubledConvolution(doubling, border: border),
      operands: [("input", [2, 3, 4, 3], true), ("filter", [2, 3, 3, 3], true)])
  }

  private static func convolution(
    _ name: String, input: Shape, filter: Shape, _ step: ConvolutionStep = ConvolutionStep()
  ) -> GradientCase {
    GradientCase(
      name: "convolution: " + name, operation: .convolution(step: step),
      operands: [("input", input, true), ("filter", filter, true)])
  }

  private static let biases: [GradientCase] = [
    bias("alone", .linear),
    bias("rectified, padded", .rectified, Frame(padding: 1)),
    bias("leaky", .leaky(slope: 0.2)),
    bias("sigmoid within zeros", .sigmoid, Frame(padding: 2, border: .zeros)),
    bias("tanh", .tanh(scale: 3)),
    bias("clamped", .clamped(-0.5...1)),
    GradientCase(
      name: "no bias but a residual", operation: .bias(.linear, frame: Frame(padding: 1)),
      operands: [("input", [2, 3, 4, 2], true), ("residual", [2, 3, 4, 2], true)]),
  ]

  private static func bias(
    _ name: String, _ activation: Activation, _ frame: Frame = Frame()
  ) -> GradientCase {
    GradientCase(
      name: "bias: " + name, operation: .bias(activation, frame: frame),
      operands: [("input", [1, 2, 3, 8], true), ("bias", [8], true)], step: 0.002, hasKinks: true)
  }

  private static let normalizations: [GradientCase] = [
    normalization("leaky", [2, 5, 4, 3], .leaky(slope: 0.2)),
    normalization(
      "tanh, padded with zeros", [1, 4, 3, 3], .tanh(scale: 2),
      Frame(padding: 1, border: .zeros)),
    normalization("clamped", [2, 4, 5, 2], .clamped(-1...0.5)),
    normalization("plain", [2, 4, 5, 3], .linear),
    normalization("a row of pixels", [2, 1, 7, 3], .linear),
    normalization("a column of pixels", [2, 7, 1, 3], .linear),
    normalization("rectified", [2, 5, 4, 3], .rectified),
    normalization("sigmoid", [2, 4, 4, 3], .sigmoid),
    normalization("sigmoid, padded", [1, 4, 3, 3], .sigmoid, Frame(padding: 2)),
    normalization("rectified, padded", [2, 4, 5, 2], .rectified, Frame(padding: 1)),
    normalization("padded up to the mirrored image", [1, 3, 4, 2], .linear, Frame(padding: 2)),
    normalization(
      "rectified, repeated border", [2, 3, 4, 2], .rectified,
      Frame(padding: 1, border: .repeated)),
    normalization(
      "border of one pixel repeated further than the image", [1, 1, 3, 2], .linear,
      Frame(padding: 3, border: .repeated)),
    normalization("residual", [2, 4, 3, 3], .linear, hasResidual: true),
    normalization(
      "bordered residual, padded", [2, 4, 3, 3], .linear, Frame(padding: 1), hasResidual: true,
      residualPadding: 1),
    normalization(
      "bordered residual, repeated border", [1, 3, 4, 2], .linear,
      Frame(padding: 1, border: .repeated), hasResidual: true, residualPadding: 2),
  ]

  private static func normalization(
    _ name: String, _ shape: Shape, _ activation: Activation, _ frame: Frame = Frame(),
    hasResidual: Bool = false, residualPadding: Int = 0
  ) -> GradientCase {
    let rows: Shape = [shape.batch, shape.channels]
    return GradientCase(
      name: "normalization: " + name,
      operation: .normalization(activation, frame: frame, residualPadding: residualPadding),
      operands: [("input", shape, true), ("gamma", rows, true), ("beta", rows, true)]
        + (hasResidual ? [("residual", shape, true)] : []),
      tolerance: 5e-3, hasKinks: ![.linear, .sigmoid].contains(activation))
  }
}
