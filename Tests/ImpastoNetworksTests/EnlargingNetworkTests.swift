import ImpastoCompute
import ImpastoDifferentiation
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

/// A network that enlarges against the same network in PyTorch.
@Suite struct EnlargingNetworkTests {
  private struct Settings: Decodable {}

  private typealias Layer = TransformArchitecture.Layer

  private let file: ReferenceFile<Settings>
  private let backends: [any ComputeBackend] = [OneDNNBackend(), OpenBLASBackend()]

  init() throws { file = try ReferenceFile("enlarging", in: .module) }

  /// The layers of the fixture.
  static func layers() -> [TransformArchitecture.Layer] {
    func layer(
      _ name: String, _ inputs: Int, _ outputs: Int, _ activation: Activation = .linear,
      scaling: Layer.Scaling = .kept, addend: String? = nil
    ) -> Layer {
      Layer(
        name: name, kernel: 3, inputs: inputs, outputs: outputs, scaling: scaling,
        padding: Frame(padding: 1, border: .repeated), normalization: .none(hasBias: true),
        activation: activation, addend: addend)
    }
    return [
      layer("first", 3, 8), layer("second", 8, 8, .rectified),
      layer("third", 8, 8, addend: "first"), layer("last", 8, 3, scaling: .rearranged(by: 4)),
    ]
  }

  private func network(_ reference: ReferenceCase<Settings>) throws -> TransformNetwork {
    let architecture = try TransformArchitecture(layers: Self.layers(), magnification: 4)
    return TransformNetwork(
      architecture: architecture,
      parameters: try architecture.layers.indices.map {
        LayerParameters(
          filter: ConvolutionFilter(try reference["filter.\($0)"]),
          shift: try reference["bias.\($0)"])
      })
  }

  /// The enlarged photos of a case, and the parameters that they are made of.
  private func enlarged(
    _ network: TransformNetwork, _ reference: ReferenceCase<Settings>,
    on backend: any ComputeBackend, as type: ScalarType
  ) throws -> (pictures: Variable, variables: [LayerVariables]) {
    let levels = try reference["levels"]
    let photos = PhotoBatch(
      levels: levels.scalars.map { UInt8($0) }, shape: levels.shape, scalarType: type,
      kernels: backend.kernels)
    let factor = network.architecture.magnification
    let shape = levels.shape
    var base: [Float] = []
    for image in 0..<shape.batch {
      for y in 0..<factor * shape.height {
        for x in 0..<factor * shape.width {
          let pixel = (image * shape.height + y / factor) * shape.width + x / factor
          base += levels.scalars[3 * pixel..<3 * pixel + 3].map { $0 / 255 }
        }
      }
    }
    let tape = Tape(backend: backend, isRecording: true)
    let variables = network.variables(on: tape, areTrainable: true)
    let pictures = network.enlarged(
      tape.constant(photos.input),
      base: Tensor(base, shape: [shape.batch, factor * shape.height, factor * shape.width, 3]),
      variables: variables)
    return (pictures, variables)
  }

  @Test(arguments: ["photos", "one pixel"])
  func `pictures and all gradients are those of PyTorch`(_ name: String) throws {
    let reference = try file[name]
    for backend in backends {
      let (pictures, variables) = try enlarged(
        network(reference), reference, on: backend, as: .float32)
      expectAgreement(
        pictures.value, try reference["output"], within: 1e-5, "the picture on \(backend.name)")
      pictures.tape.differentiate(pictures.weighted(by: try reference["cotangent"]))
      for (index, layer) in variables.enumerated() {
        expectAgreement(
          layer.filter.gradient, try reference["filter.\(index)_gradient"], within: 2e-5,
          "the gradient of filter \(index) on \(backend.name)")
        expectAgreement(
          layer.shift?.gradient, try reference["bias.\(index)_gradient"], within: 2e-5,
          "the gradient of bias \(index) on \(backend.name)")
      }
    }
  }

  @Test(arguments: ["photos", "one pixel"])
  func `at scale 2 pictures are the means of four pixels of PyTorch's`(_ name: String) throws {
    let reference = try file[name]
    let network = try network(reference)
    let half = EnlargementModel(fidelity: network)
      .network(fidelity: 1, scale: 2)
    for backend in backends {
      let pictures = try enlarged(half, reference, on: backend, as: .float32).pictures
      expectAgreement(
        pictures.value, try reference["half"], within: 1e-5, "the picture on \(backend.name)")
    }
  }

  @Test(
    .enabled(if: OneDNNBackend.hasBFloat16Arithmetic, "this processor does not compute in bf16"))
  func `in bf16 pictures stay near those of PyTorch`() throws {
    let reference = try file["photos"]
    for backend in backends where backend.supports(.bfloat16) {
      let pictures = try enlarged(
        network(reference), reference, on: backend, as: .bfloat16
      ).pictures
      expectAgreement(
        pictures.value, try reference["output"], within: 0.02, "the picture on \(backend.name)")
    }
  }
}
