import Foundation
import ImpastoCompute
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

@Suite struct EnlargementModelTests {
  private let folder: TemporaryFolder
  private let path: String
  private let model = EnlargementModel(
    fidelity: TransformNetwork(architecture: .enlarging, seed: 1),
    looks: TransformNetwork(architecture: .enlarging, seed: 2), trainingSettings: ["seed": "1"])

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("model.safetensors")
  }

  private func weights(_ network: TransformNetwork) -> [[Float]] {
    network.parameters.flatMap { [$0.filter.weights.scalars, $0.shift?.scalars ?? []] }
  }

  /// Writes the checkpoint with a change.
  private func write(_ change: (inout NamedTensors) -> Void) throws {
    try model.write(to: path)
    var file = try Safetensors.read(path)
    change(&file)
    try Safetensors.write(file, to: path)
  }

  @Test func `a checkpoint holds both networks and the settings`() throws {
    try model.write(to: path)
    let read = try EnlargementModel(contentsOf: path)
    #expect(weights(read.fidelity) == weights(model.fidelity))
    #expect(try weights(#require(read.looks)) == weights(#require(model.looks)))
    #expect(read.fidelity.architecture == .enlarging && read.looks?.architecture == .enlarging)
    #expect(read.trainingSettings == ["seed": "1"])
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0 < 3_000_000)
  }

  @Test func `a checkpoint may have weights for fidelity alone`() throws {
    try EnlargementModel(fidelity: model.fidelity).write(to: path)
    let read = try EnlargementModel(contentsOf: path)
    #expect(read.looks == nil)
    #expect(weights(read.network(fidelity: 1, scale: 4)) == weights(model.fidelity))
  }

  @Test func `fidelity mixes the weights`() throws {
    let (first, second) = try (weights(model.fidelity), weights(#require(model.looks)))
    #expect(weights(model.network(fidelity: 1, scale: 4)) == first)
    #expect(weights(model.network(fidelity: 0, scale: 4)) == second)
    let quarter = weights(model.network(fidelity: 0.25, scale: 4))
    for index in first.indices {
      #expect(
        quarter[index] == zip(first[index], second[index]).map { 0.25 * $0 + 0.75 * $1 })
    }
  }

  @Test func `a damaged checkpoint is refused with what is wrong`() throws {
    let filter = "looks.network.residual.2.1.weight"
    let end = "; name a checkpoint that `impasto train-enlarge` made"
    for (reason, change) in [
      (
        "not a network that enlarges pictures: “\(filter)” holds numbers that are not finite\(end)",
        {
          var scalars = $0.tensors[filter]?.scalars ?? []
          scalars[7] = .nan
          $0.tensors[filter] = Tensor(scalars, shape: [32, 3, 3, 32])
        }
      ),
      (
        "not a network that enlarges pictures: the tensor “\(filter)” is missing\(end)",
        { $0.tensors[filter] = nil }
      ),
      (
        "not a network that enlarges pictures: its metadata does not say “format”: "
          + "“impasto-enlarger”\(end)",
        { $0.metadata["format"] = nil }
      ),
      (
        "a network that enlarges pictures, of format 7, and this program reads format 1; use the "
          + "version of impasto that wrote it or a newer one",
        { $0.metadata["format_version"] = "7" }
      ),
      (
        "not a network that enlarges pictures: its network enlarges by 1, expected 4\(end)",
        { $0.metadata["architecture"] = TransformArchitecture.live.json }
      ),
    ] as [(String, (inout NamedTensors) -> Void)] {
      try write(change)
      let error = #expect(throws: StyleModelError.self) {
        try EnlargementModel(contentsOf: path)
      }
      #expect(error?.description == "\(path): \(reason)")
    }
  }

  @Test func `the two kinds of checkpoints are told apart`() throws {
    try model.write(to: path)
    #expect(throws: StyleModelError.isEnlarger(path)) { try StyleModel(contentsOf: path) }
    try RandomModel.make(["first"]).write(to: path)
    #expect(throws: StyleModelError.isStyleModel(path)) {
      try EnlargementModel(contentsOf: path)
    }
  }

  @Test func `a network that enlarges is described by data`() throws {
    let json = TransformArchitecture.enlarging.json
    #expect(json.contains(#""magnification":4"#))
    let architecture = try TransformArchitecture(json: Data(json.utf8))
    #expect(architecture == .enlarging && architecture.minimumExtent == 1)
    for (magnification, reason) in [
      (3, "a magnification of 3, expected 1, 2 or 4"),
      (2, "layer “decoder.1”: it makes the image larger than the picture"),
      (1, "layer “decoder.1”: it makes the image larger than the photo"),
    ] {
      let fault = #expect(throws: ArchitectureFault.self) {
        try TransformArchitecture(
          layers: TransformArchitecture.enlarging.layers, magnification: magnification)
      }
      #expect(fault?.description == reason)
    }
  }
}
