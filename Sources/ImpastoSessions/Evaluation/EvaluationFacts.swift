import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

extension Facts {
  /// All that the measurements of `plan` depend on.
  init(
    _ plan: EvaluationPlan, _ model: StyleModel, _ other: StyleModel?, _ sources: [StyleSource],
    _ dataset: ImageDataset, _ shownPhotos: [EvaluationSession.ShownPhoto], _ lossNetwork: VGG19,
    _ network: Stylizer
  ) throws {
    let mixtures = sources.map { StyleMixture($0.description.name) }
    try self.init(
      EvaluationDescription(
        photoSize: plan.photoSize, styleSize: plan.styleSize, iterations: plan.iterations,
        sizes: plan.sizes, movesPhotos: plan.movesPhotos, hasReport: plan.report != nil,
        styles: sources.map(RunManifest.Style.init),
        model: model.fingerprint(ofStylesIn: mixtures + [StyleMixture(StyleBank.photoName)]),
        other: other?.fingerprint(ofStylesIn: mixtures), photos: dataset.fingerprint,
        shownPhotos: shownPhotos.map { SHA256Digest.hexadecimal(of: $0.square.pixels) },
        lossNetwork: lossNetwork.fingerprint, precision: network.scalarType.rawValue,
        backend: network.backend.name, threads: network.backend.threads.count,
        arithmetic: .current))
  }
}

/// All that measurements depend on.
private struct EvaluationDescription: Encodable {
  var photoSize, styleSize: Int
  var iterations: Int?
  var sizes: [Int]
  var movesPhotos, hasReport: Bool
  var styles: [RunManifest.Style]
  var model: String
  var other: String?
  var photos: String
  /// The SHA-256 of their squares.
  var shownPhotos: [String]
  var lossNetwork, precision, backend: String
  var threads: Int
  var arithmetic: Arithmetic
}
