import ImpastoCompute
import ImpastoTensors

/// Filters in the order of ONNX.
extension ConvolutionFilter {
  /// The weights of a convolution, `[outputs, inputs, height, width]`.
  var weightsOfConvolution: Tensor {
    let (outputs, positions, inputs) = (shape[0], shape[1] * shape[2], shape[3])
    let source = weights.scalars
    var result = [Float](repeating: 0, count: source.count)
    for output in 0..<outputs {
      for position in 0..<positions {
        for input in 0..<inputs {
          result[(output * inputs + input) * positions + position] =
            source[(output * positions + position) * inputs + input]
        }
      }
    }
    return Tensor(result, shape: [outputs, inputs, shape[1], shape[2]])
  }

  /// The weights of the transposed convolution with a stride of 2 that does what this 3×3 filter
  /// does over a doubled image, of which four filters of 2×2 are left, `[inputs, outputs, 4, 4]`.
  ///
  /// A pixel reaches the two that it becomes and one more at either side. Those at odd places see
  /// it by the first and third weight of each row and column, those at even places by the others.
  func weightsOfTransposedConvolution(_ doubling: Doubling) -> Tensor {
    let merged = merged(by: .doubling(doubling)).weights
    let (outputs, inputs) = (shape[0], shape[3])
    let source = merged.scalars
    var result = [Float](repeating: 0, count: inputs * outputs * 16)
    for y in 0..<4 {
      for x in 0..<4 {
        // The group of pixels at even (0) or odd (1) places, and which of the two that it sees.
        let group = 2 * (1 - y % 2) + (1 - x % 2)
        let (row, column) = (1 - y / 2, 1 - x / 2)
        for output in 0..<outputs {
          for input in 0..<inputs {
            result[((input * outputs + output) * 4 + y) * 4 + x] =
              source[(((group * outputs + output) * 2 + row) * 2 + column) * inputs + input]
          }
        }
      }
    }
    return Tensor(result, shape: [inputs, outputs, 4, 4])
  }
}
