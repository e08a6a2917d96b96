import Foundation
import ImpastoCompute
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

@Suite struct TrainedFilterTests {
  private struct Settings: Decodable {}
  private static let backends: [any ComputeBackend] = [OneDNNBackend(), OpenBLASBackend()]

  @Test(arguments: ["wide", "tall", "flat"], [0, 1])
  func `ten steps of Muon go where PyTorch goes`(_ name: String, _ backend: Int) throws {
    let reference = try ReferenceFile<Settings>("muon", in: .module)[name]
    var filter = TrainedFilter(name: name, value: try reference["filter"])
    for step in 0..<10 {
      filter.step(
        try reference["gradient.\(step)"], learningRate: 0.01, backend: Self.backends[backend])
      // PyTorch computed in double precision; a Gram matrix squares what is nearly singular.
      expectAgreement(
        filter.value, try reference["filter.\(step)"], within: name == "flat" ? 1e-4 : 1e-5,
        "the filter after step \(step + 1)")
    }
  }

  @Test func `a step is as long for small gradients as for large`() throws {
    let backend = OneDNNBackend()
    var random = RandomSource(seed: 3)
    let gradient = Tensor((0..<16 * 72).map { _ in random.normal() }, shape: [16, 3, 3, 8])
    for magnitude: Float in [1e-12, 1, 1e6] {
      var filter = TrainedFilter(name: "filter", value: Tensor(zeros: gradient.shape))
      filter.step(
        Tensor(gradient.scalars.map { $0 * magnitude }, shape: gradient.shape),
        learningRate: 0.01, backend: backend)
      let squares = filter.value.scalars.reduce(0) { $0 + $1 * $1 }
      let length = (squares / Float(filter.value.count)).squareRoot()
      #expect((0.007...0.012).contains(length), "gradients of \(magnitude)")
    }
  }

  @Test func `a filter without gradient stays as it is`() {
    let value = Tensor([1, -2, 3, -4], shape: [2, 1, 1, 2])
    var filter = TrainedFilter(name: "filter", value: value)
    filter.step(Tensor(zeros: value.shape), learningRate: 0.01, backend: OneDNNBackend())
    #expect(filter.value.scalars == value.scalars)
  }
}
