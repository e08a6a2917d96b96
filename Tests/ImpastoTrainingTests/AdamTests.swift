import Foundation
import ImpastoCompute
import ImpastoTensors
import TestSupport
import Testing

@Suite struct AdamTests {
  private struct Settings: Decodable {}

  @Test func `ten steps of Adam go where PyTorch goes`() throws {
    let reference = try ReferenceFile<Settings>("adam", in: .module)["adam"]
    let kernels = OneDNNBackend().kernels
    var parameters = try reference["parameters"]
    let (gradients, rates) = (try reference["gradients"], try reference["rates"].scalars)
    let trajectory = try reference["trajectory"]
    let count = parameters.count
    var (first, second) = (Tensor(zeros: [count]), Tensor(zeros: [count]))
    for (index, rate) in rates.enumerated() {
      kernels.adam(
        &parameters, firstMoments: &first, secondMoments: &second,
        gradients: gradients.row(index),
        step: TensorKernels.AdamStep(number: index + 1, learningRate: rate))
      expectAgreement(
        parameters, trajectory.row(index), within: 1e-6, "the parameters after step \(index + 1)")
    }
  }
}

extension Tensor {
  /// One row of a matrix.
  fileprivate func row(_ index: Int) -> Tensor {
    Tensor(Array(scalars[(index * shape[1])..<((index + 1) * shape[1])]), shape: [shape[1]])
  }
}
