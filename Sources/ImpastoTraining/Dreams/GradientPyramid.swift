import ImpastoCompute
import ImpastoTensors

/// Detail of several sizes in a gradient, brought to one strength.
///
/// Gradients of layers are strongest in the finest detail, which then hides all else.
///
/// Source: Mordvintsev, Olah, Tyka 2015, the normalization by a Laplacian pyramid of their notebook;
/// the pyramid as in Burt, Adelson 1983.
struct GradientPyramid {
  /// The sizes of detail besides the coarsest.
  private static let levels = 4
  private static let halving = ConvolutionStep(stride: 2, zeroPadding: 2)
  /// [1 4 6 4 1]/16 along both axes, for each of three channels.
  private static let blur: ConvolutionFilter = {
    let line: [Float] = [1, 4, 6, 4, 1]
    let weights = (0..<3).flatMap { output in
      line.flatMap { row in
        line.flatMap { column in (0..<3).map { $0 == output ? row * column / 256 : 0 } }
      }
    }
    return ConvolutionFilter(Tensor(weights, shape: [3, 5, 5, 3]))
  }()

  let backend: any ComputeBackend

  /// An f32 gradient, `[1, height, width, 3]`, in which detail of each size has the same root mean
  /// square; that of the whole is 1.
  func balanced(_ gradient: Tensor) -> Tensor {
    let kernels = backend.kernels
    var rest = gradient
    var details: [Tensor] = []
    for _ in 0..<Self.levels where min(rest.shape.height, rest.shape.width) >= 16 {
      let coarse = backend.convolve(
        rest, with: Self.blur, bias: nil, rectified: false, step: Self.halving)
      kernels.add(doubled(coarse, to: rest.shape), times: -1, to: &rest)
      details.append(rest)
      rest = coarse
    }
    normalize(&rest)
    for detail in details.reversed() {
      var sum = detail
      normalize(&sum)
      kernels.add(doubled(rest, to: sum.shape), to: &sum)
      rest = sum
    }
    normalize(&rest)
    return rest
  }

  private func doubled(_ coarse: Tensor, to shape: Shape) -> Tensor {
    var result = backend.convolutionInputGradient(
      coarse, filter: Self.blur, inputShape: shape, step: Self.halving)
    backend.kernels.scale(&result, by: 4)
    return result
  }

  private func normalize(_ tensor: inout Tensor) {
    let mean = backend.kernels.dot(tensor, tensor) / Double(tensor.count)
    if mean > 0 { backend.kernels.scale(&tensor, by: Float(1 / mean.squareRoot())) }
  }
}
