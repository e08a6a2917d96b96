package import ImpastoTensors

/// A 3×3 convolution over an image with every pixel doubled, as four 2×2 convolutions of the image.
///
/// An output pixel at an even place sees one pixel once and the next twice, at an odd place the
/// other way round: the weights that meet the same pixel are summed. That is 2.25 times fewer
/// operations, and the upsampled image is never made.
package enum Upsampling {
  /// Which of the two pixels under a merged filter meets each of the three weights of a row or
  /// column, at even and at odd places.
  private static let meets = [[0, 1, 1], [0, 0, 1]]

  /// Sums the weights of a `[outputs, 3, 3, inputs]` filter into `[4·outputs, 2, 2, inputs]`.
  package static func merged(_ weights: Tensor) -> Tensor {
    precondition(
      weights.shape.rank == 4 && weights.shape[1] == 3 && weights.shape[2] == 3,
      "a filter \(weights.shape) over a doubled image")
    let source = weights.scalars
    let (outputs, inputs) = (weights.shape[0], weights.shape[3])
    var result = [Float](repeating: 0, count: 16 * outputs * inputs)
    forEachPair(outputs: outputs, inputs: inputs) { plain, merged in
      for input in 0..<inputs { result[merged + input] += source[plain + input] }
    }
    return Tensor(result, shape: [4 * outputs, 2, 2, inputs])
  }

  /// The adjoint of `merged`.
  package static func unmerged(_ gradient: Tensor) -> Tensor {
    precondition(
      gradient.shape.rank == 4 && gradient.shape[0] % 4 == 0 && gradient.shape[1] == 2
        && gradient.shape[2] == 2, "a gradient \(gradient.shape) of merged filters")
    let source = gradient.scalars
    let (outputs, inputs) = (gradient.shape[0] / 4, gradient.shape[3])
    var result = [Float](repeating: 0, count: 9 * outputs * inputs)
    forEachPair(outputs: outputs, inputs: inputs) { plain, merged in
      for input in 0..<inputs { result[plain + input] += source[merged + input] }
    }
    return Tensor(result, shape: [outputs, 3, 3, inputs])
  }

  /// Calls `body` with the offsets of the inputs of every weight and of each merged weight that it
  /// counts towards.
  private static func forEachPair(outputs: Int, inputs: Int, _ body: (Int, Int) -> Void) {
    for group in 0..<4 {
      for output in 0..<outputs {
        for y in 0..<3 {
          for x in 0..<3 {
            let (u, v) = (meets[group / 2][y], meets[group % 2][x])
            body(
              ((output * 3 + y) * 3 + x) * inputs,
              (((group * outputs + output) * 2 + u) * 2 + v) * inputs)
          }
        }
      }
    }
  }
}
