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

  /// Creates the filter whose weights of a convolution are `weights`.
  convenience init(weightsOfConvolution weights: Tensor) {
    let shape = weights.shape
    let (outputs, inputs, positions) = (shape[0], shape[1], shape[2] * shape[3])
    let source = weights.scalars
    var result = [Float](repeating: 0, count: source.count)
    for output in 0..<outputs {
      for position in 0..<positions {
        for input in 0..<inputs {
          result[(output * positions + position) * inputs + input] =
            source[(output * inputs + input) * positions + position]
        }
      }
    }
    self.init(Tensor(result, shape: [outputs, shape[2], shape[3], inputs]))
  }
}

extension FilterMerging {
  /// The rows of ``matrix(kernel:)`` in the order in which the transposed convolution with a stride of
  /// 2 has them that does what a merged filter of four groups of 2×2 does.
  ///
  /// A pixel reaches the two that it becomes and one more at either side. Those at odd places see it
  /// by the first and third row, those at even places by the others.
  static let orderOfTransposedConvolution = [3, 1, 2, 0]
}
