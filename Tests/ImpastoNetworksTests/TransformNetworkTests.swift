import ImpastoCompute
import ImpastoDifferentiation
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

/// The transformation network against the same network in PyTorch.
@Suite struct TransformNetworkTests {
  private struct Settings: Decodable {
    /// For each photo one weight per row of the bank; the last row is `photo`.
    let mixtures: [[Float]]?
  }

  private let file: ReferenceFile<Settings>
  private let network: TransformNetwork
  private let bank: StyleBank
  private let backends: [any ComputeBackend] = [OneDNNBackend(), OpenBLASBackend()]

  init() throws {
    file = try ReferenceFile("transform-network", in: .module)
    let weights = try file["network"]
    let architecture = TransformArchitecture(widths: [8, 12, 16], residualBlocks: 2)
    network = TransformNetwork(
      architecture: architecture,
      filters: try architecture.layers.indices.map {
        ConvolutionFilter(try weights["filter.\($0)"])
      })
    var bank = StyleBank(
      names: ["first", "second", StyleBank.photoName], architecture: architecture)
    (bank.scale, bank.shift) = (try weights["gamma"], try weights["beta"])
    self.bank = bank
  }

  @Test func `every layer computes what PyTorch computes`() throws {
    let reference = try file["styles"]
    for backend in backends {
      let spy = SpyBackend(backend)
      _ = try run(reference, on: spy, as: .float32)
      try #require(spy.convolved.count == network.architecture.layers.count)
      for (index, layer) in network.architecture.layers.enumerated() {
        expectAgreement(
          spy.convolved[index], try reference["convolved.\(index)"], within: 1e-5,
          "\(layer.name) on \(backend.name)")
      }
    }
  }

  @Test(arguments: ["styles", "photo", "odd height", "odd width", "even sizes"])
  func `pictures and the bank's gradients are those of PyTorch`(_ name: String) throws {
    let reference = try file[name]
    for backend in backends {
      let run = try run(reference, on: backend, as: .float32)
      expectAgreement(
        run.picture, try reference["output"], within: 1e-5, "the picture on \(backend.name)")
      expectAgreement(
        run.scale.gradient, try reference["gamma_gradient"], within: 2e-5,
        "the gradient of γ on \(backend.name)")
      expectAgreement(
        run.shift.gradient, try reference["beta_gradient"], within: 2e-5,
        "the gradient of β on \(backend.name)")
    }
  }

  @Test func `the gradients of all filters are those of PyTorch`() throws {
    let reference = try file["styles"]
    for backend in backends {
      let run = try run(reference, on: backend, as: .float32)
      for (index, layer) in network.architecture.layers.enumerated() {
        expectAgreement(
          run.variables[index].filter.gradient, try reference["filter.\(index)_gradient"],
          within: 5e-5,
          "the gradient of \(layer.name) on \(backend.name)")
      }
    }
  }

  @Test(
    .enabled(if: OneDNNBackend.hasBFloat16Arithmetic, "this processor does not compute in bf16"),
    arguments: ["styles", "photo", "odd height", "odd width", "even sizes"])
  func `in bf16 pictures stay near those of PyTorch`(_ name: String) throws {
    let reference = try file[name]
    for backend in backends where backend.supports(.bfloat16) {
      let run = try run(reference, on: backend, as: .bfloat16)
      expectAgreement(
        run.picture, try reference["output"], within: 0.1, "the picture on \(backend.name)")
    }
  }

  /// A picture and the variables that it was made of, after differentiation.
  private struct Run {
    let picture: Tensor
    let variables: [LayerVariables]
    let scale, shift: Variable
  }

  private func run(
    _ reference: ReferenceCase<Settings>, on backend: any ComputeBackend, as type: ScalarType
  ) throws -> Run {
    let levels = try reference["levels"]
    let photos = PhotoBatch(
      levels: levels.scalars.map { UInt8($0) }, shape: levels.shape, scalarType: type,
      kernels: backend.kernels)
    let tape = Tape(backend: backend, isRecording: true)
    let variables = network.variables(on: tape, areTrainable: true)
    let (scale, shift) = (tape.parameter(bank.scale), tape.parameter(bank.shift))
    let rows = bank.rows(
      weights: try #require(reference.settings.mixtures), statistics: photos.statistics,
      scale: scale, shift: shift)
    let pictures = network.stylized(tape.constant(photos.input), rows: rows, variables: variables)
    let cotangent = try reference["cotangent"]
    tape.differentiate(pictures.weighted(by: cotangent.fitted(to: pictures.shape)))
    return Run(
      picture: pictures.value.fitted(to: levels.shape), variables: variables, scale: scale,
      shift: shift)
  }
}

extension Tensor {
  /// The left upper part of each picture of this one, and zeros where it does not reach.
  fileprivate func fitted(to wanted: Shape) -> Tensor {
    let found = scalars
    let row = wanted.width * wanted.channels
    let common = min(shape.width, wanted.width) * wanted.channels
    var result = [Float](repeating: 0, count: wanted.count)
    for image in 0..<wanted.batch {
      for y in 0..<min(shape.height, wanted.height) {
        let source = (image * shape.height + y) * shape.width * shape.channels
        let target = (image * wanted.height + y) * row
        result.replaceSubrange(target..<target + common, with: found[source..<source + common])
      }
    }
    return Tensor(result, shape: wanted)
  }
}
