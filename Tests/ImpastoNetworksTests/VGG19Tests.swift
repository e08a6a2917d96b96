import Foundation
import ImpastoCompute
import ImpastoDifferentiation
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

/// The loss network against the same network in PyTorch.
@Suite struct VGG19Tests {
  private struct Settings: Decodable {}
  private let backends: [any ComputeBackend] = [OneDNNBackend(), OpenBLASBackend()]

  @Test func `every tap computes what PyTorch computes`() throws {
    let reference = try ReferenceFile<Settings>("loss-network", in: .module)["taps"]
    let network = try FormulaLossNetwork.shared.get()
    for backend in backends {
      try compare(network, with: reference, on: backend, as: .float32, within: 1e-5)
    }
  }

  @Test(
    .enabled(if: OneDNNBackend.hasBFloat16Arithmetic, "this processor does not compute in bf16"))
  func `in bf16 every tap stays near that of PyTorch`() throws {
    let reference = try ReferenceFile<Settings>("loss-network", in: .module)["taps"]
    let network = try FormulaLossNetwork.shared.get()
    for backend in backends where backend.supports(.bfloat16) {
      try compare(network, with: reference, on: backend, as: .bfloat16, within: 0.08)
    }
  }

  private static let isInstalled = FileManager.default.fileExists(atPath: VGG19.cachePath)

  @Test(.enabled(if: isInstalled, "the loss network is not installed: impasto weights install"))
  func `the installed weights compute what PyTorch computes with them`() throws {
    let reference = try ReferenceFile<Settings>("vgg19", in: .module)["taps"]
    let network = try VGG19()
    try compare(network, with: reference, on: OneDNNBackend(), as: .float32, within: 1e-5)
  }

  @Test func `taps are named as in the literature and come in the order of the network`() {
    #expect(
      VGG19.Tap.all.map(\.description) == [
        "relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_2", "relu3_3", "relu3_4",
        "relu4_1", "relu4_2", "relu4_3", "relu4_4", "relu5_1", "relu5_2", "relu5_3", "relu5_4",
      ])
    #expect(VGG19.Tap.all.sorted() == VGG19.Tap.all)
  }

  @Test func `weights that are not there are missed by name`() {
    #expect(throws: LossNetworkError.notInstalled("/nowhere/vgg19.safetensors")) {
      try VGG19(contentsOf: "/nowhere/vgg19.safetensors")
    }
  }

  private func compare(
    _ network: VGG19, with reference: ReferenceCase<Settings>, on backend: any ComputeBackend,
    as type: ScalarType, within tolerance: Float
  ) throws {
    let tape = Tape(backend: backend, isRecording: false)
    let features = network.features(
      VGG19.Tap.all, of: tape.constant(try reference["input"]), scalarType: type)
    for (tap, feature) in zip(VGG19.Tap.all, features) {
      expectAgreement(
        fingerprint(feature.value), try reference["\(tap)"], within: tolerance,
        "the fingerprint of \(tap) in \(type.rawValue) on \(backend.name)")
    }
  }

  /// Mean, norm over the square root of the count, and 16 evenly spaced scalars.
  private func fingerprint(_ tensor: Tensor) -> Tensor {
    let scalars = tensor.scalars
    let count = Double(scalars.count)
    let mean = scalars.reduce(0) { $0 + Double($1) } / count
    let square = scalars.reduce(0) { $0 + Double($1) * Double($1) } / count
    let samples = (0..<16).map { scalars[$0 * (scalars.count / 16)] }
    return Tensor([Float(mean), Float(square.squareRoot())] + samples, shape: [18])
  }
}
