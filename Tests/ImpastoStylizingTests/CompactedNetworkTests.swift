import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import Testing

/// What half precision does to the pictures of the network that comes with Impasto.
@Suite struct CompactedNetworkTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private let model: StyleModel
  private let photos: [Image]

  init() throws {
    model = try StyleModel(
      contentsOf: Self.root.appending(path: "Checkpoints/impasto.safetensors").path
    ).uneven
    photos = try ["astronaut", "dandelions"].map {
      try Image(contentsOf: Self.root.appending(path: "Docs/Pictures/\($0).jpg").path)
        .scaled(longerSide: 160)
    }
  }

  private func largestDifference(_ scalarType: ScalarType) throws -> Int {
    let stylizers = [model, model.compacted].map {
      Stylizer(model: $0, backend: OneDNNBackend(), scalarType: scalarType)
    }
    var largest = 0
    for name in model.bank.names {
      for photo in photos {
        let pictures = try stylizers.map { try $0.stylize(photo, with: StyleMixture(name)) }
        largest = max(largest, pictures[0].largestDifference(from: pictures[1]))
      }
    }
    return largest
  }

  @Test func `in f32 no level changes by more than 1`() throws {
    #expect(model.compacted.fingerprint != model.fingerprint)
    #expect(try largestDifference(.float32) <= 1)
  }

  @Test(.enabled(if: OneDNNBackend().supports(.bfloat16), "this processor has no bf16 arithmetic"))
  func `in bf16 no level changes`() throws {
    #expect(try largestDifference(.bfloat16) == 0)
  }

  @Test func `its shared weights take less than 3.7 MB`() throws {
    let path = NSTemporaryDirectory() + "impasto-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.compacted.write(to: path)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path)).count
    // γ, β, thumbnail and text of each style.
    #expect(bytes - model.bank.names.count * 20_000 < 3_700_000)
  }
}

extension StyleModel {
  /// The same network with all weights times 0.7, which normalization undoes, so that they are no
  /// half-precision numbers even where the checkpoint is a compacted one.
  fileprivate var uneven: StyleModel {
    let filters = network.filters.map {
      ConvolutionFilter(
        Tensor($0.weights.scalars.map { 0.7 * $0 }, shape: $0.weights.shape))
    }
    return StyleModel(
      network: TransformNetwork(architecture: network.architecture, filters: filters), bank: bank,
      styles: styles, thumbnails: thumbnails, trainingSettings: trainingSettings,
      styleSettings: styleSettings)
  }
}
