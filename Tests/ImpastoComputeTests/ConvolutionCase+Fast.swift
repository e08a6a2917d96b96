import ImpastoCompute
import ImpastoTensors

extension ConvolutionCase {
  /// Convolutions that the default backend computes by its own loops where the processor has
  /// AVX-512 or AVX2, at the sizes that these cut into pieces.
  static let fast = [
    ConvolutionCase("one output", [1, 3, 3, 32], [32, 3, 3, 32]),
    ConvolutionCase("one tile", [1, 6, 6, 32], [32, 3, 3, 32]),
    ConvolutionCase("a band of one row", [1, 3, 66, 64], [64, 3, 3, 64]),
    ConvolutionCase("a band of two rows", [1, 4, 35, 32], [64, 3, 3, 32]),
    ConvolutionCase("odd extents", [1, 13, 19, 64], [32, 3, 3, 64]),
    ConvolutionCase("more tiles than a block", [1, 35, 34, 32], [32, 3, 3, 32]),
    ConvolutionCase("a block across two images", [2, 18, 19, 32], [48, 3, 3, 32]),
    ConvolutionCase("tiles of several chunks", [2, 42, 31, 32], [32, 3, 3, 32]),
    ConvolutionCase("channels between groups", [2, 9, 11, 48], [33, 3, 3, 48]),
    ConvolutionCase("16 outputs", [1, 10, 10, 64], [16, 3, 3, 64]),
    ConvolutionCase("17 outputs", [1, 10, 10, 64], [17, 3, 3, 64]),
    ConvolutionCase("a residual block's", [1, 18, 18, 128], [128, 3, 3, 128]),
    ConvolutionCase("256 channels", [1, 8, 7, 256], [256, 3, 3, 256]),
    ConvolutionCase("one row of zeros around", [2, 9, 8, 32], [64, 3, 3, 32], zeroPadding: 1),
    ConvolutionCase(
      "two rows of zeros around", [1, 5, 7, 64], [32, 3, 3, 64], zeroPadding: 2),
    ConvolutionCase("zeros around one pixel", [1, 1, 1, 32], [32, 3, 3, 32], zeroPadding: 1),
    ConvolutionCase(
      "a loss network's", [2, 16, 16, 64], [128, 3, 3, 64], zeroPadding: 1, hasBias: true,
      isRectified: true),
    ConvolutionCase("2×2, one output", [1, 2, 2, 32], [32, 2, 2, 32]),
    ConvolutionCase("2×2, odd extents", [2, 8, 11, 64], [32, 2, 2, 64]),
    ConvolutionCase("2×2, an upsampling's", [1, 18, 14, 64], [128, 2, 2, 64]),
    ConvolutionCase(
      "2×2, zeros around, rectified", [1, 7, 6, 48], [40, 2, 2, 48], zeroPadding: 1,
      hasBias: true, isRectified: true),
    ConvolutionCase("9×9, one output", [1, 9, 9, 3], [32, 9, 9, 3]),
    ConvolutionCase("9×9, the first layer's", [1, 21, 38, 3], [32, 9, 9, 3]),
    ConvolutionCase("9×9, a band of one row", [2, 9, 24, 3], [17, 9, 9, 3]),
    ConvolutionCase("9×9, one input", [1, 12, 12, 1], [33, 9, 9, 1]),
    ConvolutionCase("9×9, the last layer's", [1, 21, 38, 32], [3, 9, 9, 32]),
    ConvolutionCase("9×9, wider than a block", [1, 10, 300, 16], [3, 9, 9, 16]),
    ConvolutionCase("9×9, one output channel", [2, 14, 13, 17], [1, 9, 9, 17]),
    ConvolutionCase("9×9, zeros around", [2, 11, 13, 3], [32, 9, 9, 3], zeroPadding: 4),
    ConvolutionCase("9×9, mostly zeros", [1, 1, 2, 32], [3, 9, 9, 32], zeroPadding: 8),
    ConvolutionCase("6×7 to four channels", [1, 13, 15, 20], [4, 6, 7, 20], zeroPadding: 2),
    ConvolutionCase("3×3 to three channels", [1, 13, 15, 64], [3, 3, 3, 64], zeroPadding: 1),
    ConvolutionCase("rectified", [1, 9, 9, 32], [40, 3, 3, 32], isRectified: true),
  ]
}
