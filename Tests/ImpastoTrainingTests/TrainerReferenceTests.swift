import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

/// Training against the same training in PyTorch.
@Suite struct TrainerReferenceTests {
  private struct Settings: Decodable {}
  private let reference: ReferenceCase<Settings>
  private let architecture = TransformArchitecture(widths: [8, 12, 16], residualBlocks: 2)

  init() throws {
    reference = try ReferenceFile<Settings>("training", in: .module)["training"]
  }

  @Test(arguments: ["onednn", "openblas"])
  func `ten steps have the losses and lead to the parameters of PyTorch`(_ name: String) throws {
    let backend: any ComputeBackend = name == "onednn" ? OneDNNBackend() : OpenBLASBackend()
    let trainer = try trainer(on: backend)
    let photos = try images("photos")
    let records = try reference["records"]
    for step in 0..<records.shape[0] {
      let record = try trainer.step(
        TrainingBatch(step: step, photos: photos, names: ["one", "two", "three"]))
      let found = [
        record.total, record.content ?? 0, record.style ?? 0, record.totalVariation ?? 0,
        record.photo ?? 0, record.learningRate,
      ]
      let expected = records.scalars[(step * found.count)..<((step + 1) * found.count)]
      // PyTorch computed in double precision, and Adam's divisions let differences grow.
      let tolerance = 1e-4 * Float(step + 1)
      for (found, expected) in zip(found, expected) {
        #expect(abs(found - expected) <= tolerance * abs(expected), "step \(step + 1): \(record)")
      }
    }

    let trained = trainer.model
    expectAgreement(trained.bank.scale, try reference["trained_gamma"], within: 1e-3, "γ")
    expectAgreement(
      influential(trained.bank.shift), influential(try reference["trained_beta"]), within: 1e-3, "β"
    )
    for (index, layer) in architecture.layers.enumerated() {
      expectAgreement(
        trained.network.filters[index].weights, try reference["trained_filter.\(index)"],
        within: 2e-3, layer.name)
    }
  }

  /// β without the layers that end a residual block.
  ///
  /// What those add to a whole channel is taken away by every later normalization, so that their
  /// gradients are rounding errors, which Adam turns into steps of full length.
  private func influential(_ shift: Tensor) -> Tensor {
    let mask = architecture.layers.flatMap { layer in
      let endsBlock = layer.name.hasPrefix("residual") && layer.name.hasSuffix("2")
      return [Float](repeating: endsBlock ? 0 : 1, count: layer.outputs)
    }
    let scalars = shift.scalars.enumerated().map { $1 * mask[$0 % mask.count] }
    return Tensor(scalars, shape: shift.shape)
  }

  /// A trainer that stands where PyTorch's stood before its first step.
  private func trainer(on backend: any ComputeBackend) throws -> StyleTrainer {
    let description = StyleDescription(name: "painting")
    let model = StyleModel(
      network: TransformNetwork(
        architecture: architecture,
        filters: try architecture.layers.indices.map {
          ConvolutionFilter(try reference["filter.\($0)"])
        }),
      bank: StyleBank(
        names: [description.name, StyleBank.photoName], scale: try reference["gamma"],
        shift: try reference["beta"]),
      styles: [description])
    var state = model.namedTensors
    for (layer, filter) in zip(architecture.layers, model.network.filters) {
      state.tensors["momentum.network.\(layer.name).weight"] = Tensor(zeros: filter.shape)
    }
    for name in ["first.bank.gamma", "first.bank.beta", "second.bank.gamma", "second.bank.beta"] {
      state.tensors[name] = Tensor(zeros: model.bank.scale.shape)
    }
    state.metadata["completed_steps"] = "0"
    let folder = try TemporaryFolder()
    let path = folder.file("state.safetensors")
    try Safetensors.write(state, to: path)
    return try StyleTrainer(
      resuming: path,
      styles: [StyleSource(description: description, painting: try images("painting")[0])],
      settings: TrainingSettings(
        steps: 300, batchSize: 3, imageSize: 32, styleSize: 32, totalVariationWeight: 0.5,
        learningRate: 1e-3),
      lossNetwork: try FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32)
  }

  private func images(_ name: String) throws -> [Image] {
    let tensor = try reference[name]
    let (width, height) = (tensor.shape.width, tensor.shape.height)
    let levels = tensor.scalars.map { UInt8($0) }
    return (0..<tensor.shape.batch).map { image in
      let size = width * height * 3
      return Image(
        width: width, height: height, pixels: Array(levels[image * size..<(image + 1) * size]))
    }
  }
}
