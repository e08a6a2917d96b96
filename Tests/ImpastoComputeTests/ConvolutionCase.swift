import ImpastoCompute
import ImpastoTensors
import Testing

/// A convolution that every backend has to compute.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  let name: String
  let shape: ConvolutionShape
  var hasBias = false
  var isRectified = false

  var testDescription: String { name }

  /// What sums may be off by, as a share of the largest: what the default backend evaluates at
  /// points is rounded there.
  func tolerance(_ type: ScalarType) -> Double {
    type == .bfloat16 && shape.step.stride == 1 ? 0.03 : 4e-6
  }

  static let all = [
    ConvolutionCase("1×1", [1, 4, 5, 3], [2, 1, 1, 3]),
    ConvolutionCase("3×3", [1, 5, 6, 4], [7, 3, 3, 4]),
    ConvolutionCase("filter as large as the image", [2, 3, 3, 2], [3, 3, 3, 2]),
    ConvolutionCase("wide channels", [1, 6, 5, 32], [64, 3, 3, 32]),
    ConvolutionCase("batch of three", [3, 6, 5, 3], [4, 3, 3, 3]),
    ConvolutionCase("stride 2, even extents", [2, 8, 6, 3], [4, 3, 3, 3], stride: 2),
    ConvolutionCase("stride 2, odd extents", [1, 7, 9, 16], [16, 3, 3, 16], stride: 2),
    ConvolutionCase("1×1, stride 2", [2, 8, 7, 3], [4, 1, 1, 3], stride: 2),
    ConvolutionCase("1×1, stride 2, eight channels", [1, 64, 64, 8], [8, 1, 1, 8], stride: 2),
    ConvolutionCase(
      "1×1, stride and padding", [1, 5, 6, 3], [4, 1, 1, 3], stride: 2, zeroPadding: 1),
    ConvolutionCase("9×9 of three channels", [1, 12, 11, 3], [32, 9, 9, 3]),
    ConvolutionCase("9×9 to three channels", [2, 10, 12, 32], [3, 9, 9, 32]),
    ConvolutionCase("9×9 to three channels, odd width", [1, 10, 13, 32], [3, 9, 9, 32]),
    ConvolutionCase("5×5 to few channels", [2, 6, 16, 3], [4, 5, 5, 3]),
    ConvolutionCase("2×2 in groups of four", [1, 5, 4, 16], [32, 2, 2, 16]),
    ConvolutionCase("zero padding", [2, 4, 5, 3], [4, 3, 3, 3], zeroPadding: 1),
    ConvolutionCase("zero padding around one pixel", [1, 1, 1, 3], [4, 3, 3, 3], zeroPadding: 1),
    ConvolutionCase("stride and padding", [2, 5, 6, 3], [4, 3, 3, 3], stride: 2, zeroPadding: 1),
    ConvolutionCase("bias", [2, 4, 5, 3], [4, 3, 3, 3], hasBias: true),
    ConvolutionCase("rectified", [2, 4, 5, 3], [4, 3, 3, 3], isRectified: true),
    ConvolutionCase(
      "bias, rectified, padded", [2, 4, 6, 16], [32, 3, 3, 16], zeroPadding: 1, hasBias: true,
      isRectified: true),
  ]

  init(
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

/// A convolution by definition, in `Double`.
struct NaiveConvolution {
  let shape: ConvolutionShape

  /// Calls `body` with the places of an output, an input and a weight for each of their products.
  private func forEachProduct(_ body: (_ output: Int, _ input: Int, _ weight: Int) -> Void) {
    let (input, filter, output, step) = (shape.input, shape.filter, shape.output, shape.step)
    for image in 0..<output.batch {
      for y in 0..<output.height {
        for x in 0..<output.width {
          for ky in 0..<filter[1] {
            for kx in 0..<filter[2] {
              let row = y * step.stride + ky - step.zeroPadding
              let column = x * step.stride + kx - step.zeroPadding
              guard (0..<input.height).contains(row), (0..<input.width).contains(column) else {
                continue
              }
              for channel in 0..<filter[0] {
                let place = ((image * output.height + y) * output.width + x) * filter[0] + channel
                let pixel = ((image * input.height + row) * input.width + column) * input.channels
                let tap = ((channel * filter[1] + ky) * filter[2] + kx) * input.channels
                for c in 0..<input.channels { body(place, pixel + c, tap + c) }
              }
            }
          }
        }
      }
    }
  }

  func output(_ input: [Double], _ filter: [Double], bias: [Double]?, rectified: Bool) -> [Double] {
    let channels = shape.output.channels
    var output = (0..<shape.output.count).map { bias?[$0 % channels] ?? 0 }
    forEachProduct { output[$0] += input[$1] * filter[$2] }
    return rectified ? output.map { max(0, $0) } : output
  }

  func inputGradient(_ outputGradient: [Double], _ filter: [Double]) -> [Double] {
    var gradient = [Double](repeating: 0, count: shape.input.count)
    forEachProduct { gradient[$1] += outputGradient[$0] * filter[$2] }
    return gradient
  }

  func filterGradient(_ outputGradient: [Double], _ input: [Double]) -> [Double] {
    var gradient = [Double](repeating: 0, count: shape.filter.count)
    forEachProduct { gradient[$2] += outputGradient[$0] * input[$1] }
    return gradient
  }
}
