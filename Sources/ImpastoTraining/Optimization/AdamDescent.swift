import ImpastoCompute
import ImpastoTensors

/// Moves many numbers against their gradients, each at a pace of its own.
///
/// Source: Kingma, Ba 2015.
final class AdamDescent {
  private let learningRate: Float
  private let kernels: TensorKernels
  private var steps = 0
  private var firstMoments: Tensor
  private var secondMoments: Tensor

  init(shape: Shape, learningRate: Float, kernels: TensorKernels) {
    self.learningRate = learningRate
    self.kernels = kernels
    firstMoments = Tensor(zeros: shape)
    secondMoments = Tensor(zeros: shape)
  }

  /// The variables one step further.
  func step(from point: some DescentPoint) -> Tensor {
    steps += 1
    var variables = point.variables
    kernels.adam(
      &variables, firstMoments: &firstMoments, secondMoments: &secondMoments,
      gradients: point.gradient, step: .init(number: steps, learningRate: learningRate))
    return variables
  }
}
