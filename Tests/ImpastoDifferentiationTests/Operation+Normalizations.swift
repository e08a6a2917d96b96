import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors

extension Operation {
  static let normalizations = [
    Operation(
      "normalization",
      cases: [
        normalization("plain", [2, 4, 5, 3], .linear),
        normalization("leaky", [2, 5, 4, 3], .leaky(slope: 0.2)),
        normalization(
          "tanh, padded with zeros", [1, 4, 3, 3], .tanh(scale: 2),
          Frame(padding: 1, border: .zeros)),
        normalization("clamped", [2, 4, 5, 2], .clamped(-1...0.5)),
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
          "bordered residual, padded", [2, 4, 3, 3], .linear, Frame(padding: 1),
          hasResidual: true, residualPadding: 1),
        normalization(
          "bordered residual, repeated border", [1, 3, 4, 2], .linear,
          Frame(padding: 1, border: .repeated), hasResidual: true, residualPadding: 2),
      ],
      timed: [
        .input([1, 128, 128, 64]), .parameter("gamma", [1, 64]), .parameter("beta", [1, 64]),
      ]
    ) { normalized(try $0.activation, try $0.frame, residualPadding: $0.padding ?? 0) },
    Operation(
      "bias",
      cases: [
        bias("alone", .linear),
        bias("rectified, padded", .rectified, Frame(padding: 1)),
        bias("leaky", .leaky(slope: 0.2)),
        bias("sigmoid within zeros", .sigmoid, Frame(padding: 2, border: .zeros)),
        bias("tanh", .tanh(scale: 3)),
        bias("clamped", .clamped(-0.5...1)),
        GradientCase(
          "no bias but a residual", [.input([2, 3, 4, 2]), .parameter("residual", [2, 3, 4, 2])],
          biased(.linear, Frame(padding: 1))),
      ],
      timed: [.input([1, 128, 128, 64]), .parameter("bias", [64])]
    ) { biased(try $0.activation, try $0.frame) },
    Operation(
      "mapping",
      cases: [
        GradientCase("factor and addend of each channel", [.input([2, 3, 2, 3])]) {
          let input = try $0.input
          let numbers = (1...input.shape.batch * input.shape.channels).map(Float.init)
          return input.mapped(
            by: ChannelAffine(scale: numbers.map { -0.5 * $0 }, shift: numbers))
        }
      ],
      timed: [.input([1, 128, 128, 64])]),
    Operation(
      "preprocessing",
      cases: [GradientCase("preprocessing", [.input([2, 3, 1, 3])], preprocessed)],
      timed: [.input([1, 256, 256, 3])]
    ) { _ in preprocessed },
  ]

  private static func normalized(
    _ activation: Activation, _ frame: Frame, residualPadding: Int
  ) -> Computation {
    {
      var residual: Residual?
      if $0.has("residual") {
        let value = try $0.variable("residual")
        residual = Residual(
          residualPadding == 0 ? value : value.padded(Frame(padding: residualPadding)),
          padding: residualPadding)
      }
      return try $0.input.instanceNormalized(
        scale: $0.variable("gamma"), shift: $0.variable("beta"), activation: activation,
        residual: residual, frame: frame)
    }
  }

  private static func normalization(
    _ name: String, _ shape: Shape, _ activation: Activation, _ frame: Frame = Frame(),
    hasResidual: Bool = false, residualPadding: Int = 0
  ) -> GradientCase {
    let rows: Shape = [shape.batch, shape.channels]
    return GradientCase(
      "normalization: " + name,
      [.input(shape), .parameter("gamma", rows), .parameter("beta", rows)]
        + (hasResidual ? [.parameter("residual", shape)] : []),
      tolerance: 5e-3, hasKinks: ![.linear, .sigmoid].contains(activation),
      normalized(activation, frame, residualPadding: residualPadding))
  }

  private static func biased(_ activation: Activation, _ frame: Frame) -> Computation {
    {
      let input = try $0.input
      let bias = $0.has("bias") ? try $0.variable("bias").repeated(input.shape.batch) : nil
      let residual =
        $0.has("residual") ? Residual(try $0.variable("residual"), padding: 0) : nil
      return input.biased(by: bias, activation: activation, residual: residual, frame: frame)
    }
  }

  private static func bias(
    _ name: String, _ activation: Activation, _ frame: Frame = Frame()
  ) -> GradientCase {
    GradientCase(
      "bias: " + name, [.input([1, 2, 3, 8]), .parameter("bias", [8])], step: 0.002,
      hasKinks: true, biased(activation, frame))
  }

  private static let preprocessed: Computation = {
    let affine = ChannelAffine(scale: [255, 255, 255], shift: [-103.939, -116.779, -123.68])
    let input = try $0.input
    return input.channelsReversed(affine, outputType: input.value.scalarType)
  }
}
