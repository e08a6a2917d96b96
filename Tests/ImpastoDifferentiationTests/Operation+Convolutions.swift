import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors
import Testing

extension Operation {
  static let convolutions = [
    Operation(
      "convolution", isProduct: true,
      cases: [
        convolution("3×3 filter", input: [2, 6, 5, 3], filter: [4, 3, 3, 3]),
        convolution("1×1 filter on one pixel", input: [1, 1, 1, 3], filter: [4, 1, 1, 3]),
        convolution("filter as large as the image", input: [2, 3, 5, 2], filter: [3, 3, 5, 2]),
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
          "16 channels", input: [1, 5, 4, 16], filter: [32, 3, 3, 16],
          ConvolutionStep(zeroPadding: 1)),
        GradientCase(
          "convolution: bias and rectifier",
          [.input([2, 4, 5, 3]), .filter([4, 3, 3, 3]), .constant("bias", [4])], hasKinks: true,
          convolved(ConvolutionStep(zeroPadding: 1), rectified: true)),
      ],
      timed: [.input([1, 130, 130, 64]), .filter([64, 3, 3, 64])]
    ) {
      convolved(
        ConvolutionStep(stride: $0.stride ?? 1, zeroPadding: $0.padding ?? 0),
        rectified: $0.rectified ?? false)
    },
    Operation(
      "doubled convolution", isProduct: true,
      cases: [
        doubledConvolution(.nearest), doubledConvolution(.nearest, border: .zeros),
        doubledConvolution(.bilinear), doubledConvolution(.zeros, border: .zeros),
        GradientCase(
          "doubled convolution of one pixel", [.input([1, 1, 1, 2]), .filter([3, 3, 3, 2])],
          doubledAndConvolved(.nearest, .repeated)),
        GradientCase(
          "bilinearly doubled convolution of one pixel",
          [.input([1, 1, 1, 2]), .filter([3, 3, 3, 2])],
          doubledAndConvolved(.bilinear, .repeated)),
      ],
      timed: [.input([1, 64, 64, 64]), .filter([32, 3, 3, 64])]
    ) { doubledAndConvolved(try #require($0.doubling.flatMap(Doubling.init)), try $0.border) },
    Operation(
      "blurred convolution", isProduct: true,
      cases: [
        GradientCase(
          "blurred convolution over odd sizes", [.input([2, 7, 5, 3]), .filter([4, 3, 3, 3])],
          blurredAndConvolved(Frame(padding: 2))),
        GradientCase(
          "blurred convolution within zeros", [.input([1, 4, 6, 2]), .filter([3, 1, 1, 2])],
          blurredAndConvolved(Frame(padding: 1, border: .zeros))),
      ],
      timed: [.input([1, 128, 128, 32]), .filter([64, 3, 3, 32])]
    ) { blurredAndConvolved(try $0.frame) },
  ]

  private static func convolved(
    _ step: ConvolutionStep, rectified: Bool = false
  ) -> Computation {
    {
      try $0.input.convolved(
        with: $0.filter, bias: $0.has("bias") ? $0.tensor("bias") : nil, rectified: rectified,
        step: step)
    }
  }

  private static func convolution(
    _ name: String, input: Shape, filter: Shape, _ step: ConvolutionStep = ConvolutionStep()
  ) -> GradientCase {
    GradientCase("convolution: " + name, [.input(input), .filter(filter)], convolved(step))
  }

  private static func doubledAndConvolved(
    _ doubling: Doubling, _ border: Frame.Border
  ) -> Computation {
    {
      try $0.input.padded(Frame(padding: 1, border: border))
        .doubledAndConvolved(with: $0.filter, doubling)
    }
  }

  private static func doubledConvolution(
    _ doubling: Doubling, border: Frame.Border = .repeated
  ) -> GradientCase {
    GradientCase(
      "convolution doubled by \(doubling.rawValue), border \(border)",
      [.input([2, 3, 4, 3]), .filter([2, 3, 3, 3])], doubledAndConvolved(doubling, border))
  }

  private static func blurredAndConvolved(_ frame: Frame) -> Computation {
    { try $0.input.padded(frame).blurredAndConvolved(with: $0.filter, stride: 2) }
  }
}
