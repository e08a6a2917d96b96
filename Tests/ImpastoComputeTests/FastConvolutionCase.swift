import ImpastoCompute
import ImpastoTensors
import Testing

/// A convolution that the default backend computes by its own loops where the processor has
/// AVX-512, at the sizes that these cut into pieces.
struct FastConvolutionCase: Sendable, CustomTestStringConvertible {
  let name: String
  let shape: ConvolutionShape
  var hasBias = false
  var isRectified = false

  var testDescription: String { name }

  static let all = [
    FastConvolutionCase("one output", [1, 3, 3, 32], [32, 3, 3, 32]),
    FastConvolutionCase("one tile", [1, 6, 6, 32], [32, 3, 3, 32]),
    FastConvolutionCase("a band of one row", [1, 3, 66, 64], [64, 3, 3, 64]),
    FastConvolutionCase("a band of two rows", [1, 4, 35, 32], [64, 3, 3, 32]),
    FastConvolutionCase("odd extents", [1, 13, 19, 64], [32, 3, 3, 64]),
    FastConvolutionCase("more tiles than a block", [1, 35, 34, 32], [32, 3, 3, 32]),
    FastConvolutionCase("a block across two images", [2, 18, 19, 32], [48, 3, 3, 32]),
    FastConvolutionCase("channels between groups", [2, 9, 11, 48], [33, 3, 3, 48]),
    FastConvolutionCase("16 outputs", [1, 10, 10, 64], [16, 3, 3, 64]),
    FastConvolutionCase("17 outputs", [1, 10, 10, 64], [17, 3, 3, 64]),
    FastConvolutionCase("a residual block's", [1, 18, 18, 128], [128, 3, 3, 128]),
    FastConvolutionCase("256 channels", [1, 8, 7, 256], [256, 3, 3, 256]),
    FastConvolutionCase("one row of zeros around", [2, 9, 8, 32], [64, 3, 3, 32], zeroPadding: 1),
    FastConvolutionCase(
      "two rows of zeros around", [1, 5, 7, 64], [32, 3, 3, 64], zeroPadding: 2),
    FastConvolutionCase("zeros around one pixel", [1, 1, 1, 32], [32, 3, 3, 32], zeroPadding: 1),
    FastConvolutionCase(
      "a loss network's", [2, 16, 16, 64], [128, 3, 3, 64], zeroPadding: 1, hasBias: true,
      isRectified: true),
    FastConvolutionCase("rectified", [1, 9, 9, 32], [40, 3, 3, 32], isRectified: true),
  ]

  private init(
    _ name: String, _ input: Shape, _ filter: Shape, stride: Int = 1, zeroPadding: Int = 0,
    hasBias: Bool = false, isRectified: Bool = false
  ) {
    self.name = name
    shape = ConvolutionShape(
      input: input, filter: filter,
      step: ConvolutionStep(stride: stride, zeroPadding: zeroPadding))
    self.hasBias = hasBias
    self.isRectified = isRectified
  }
}
