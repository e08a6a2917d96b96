import ImpastoCompute
import ImpastoTensors

/// A tensor that training changes, with the moments of its gradients.
///
/// Source: Kingma, Ba 2015.
struct TrainedParameter {
  /// The name under which it is kept in the state of a run.
  let name: String
  private(set) var value: Tensor
  private(set) var firstMoments: Tensor
  private(set) var secondMoments: Tensor

  /// Takes up training of `value`, with the moments it had or none.
  init(name: String, value: Tensor, moments: (first: Tensor, second: Tensor)? = nil) {
    self.name = name
    self.value = value
    firstMoments = moments?.first ?? Tensor(zeros: value.shape)
    secondMoments = moments?.second ?? Tensor(zeros: value.shape)
  }

  /// Makes one step against `gradient`; none where the loss did not depend on the parameter.
  mutating func step(
    _ gradient: Tensor?, _ step: TensorKernels.AdamStep, _ kernels: TensorKernels
  ) {
    guard let gradient else { return }
    kernels.adam(
      &value, firstMoments: &firstMoments, secondMoments: &secondMoments, gradients: gradient,
      step: step)
  }
}
