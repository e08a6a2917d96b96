import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// The subject of the measurements: the published network with random weights, and pictures for it.
struct Subject {
  /// Used instead of noise.
  let photo: Image?
  let model: StyleModel

  /// Creates a network with a bank of `styles` rows, of which the first changes nothing.
  init(photo: Image? = nil, styles: Int = 1) {
    self.photo = photo
    let names = (1...styles).map { "style-\($0)" }
    let shape: Shape = [styles, TransformArchitecture.published.styleLength]
    let waves = (0..<shape.count).map { sin(Float($0 / shape[1] * ($0 % shape[1]))) / 4 }
    model = StyleModel(
      network: TransformNetwork(architecture: .published, seed: 1),
      bank: StyleBank(
        names: names, scale: Tensor(waves.map { 1 + $0 }, shape: shape),
        shift: Tensor(waves, shape: shape)),
      styles: names.map { StyleDescription(name: $0) })
  }

  /// A mixture of the first `width` styles in equal parts.
  func mixture(of width: Int = 1) throws -> StyleMixture {
    try StyleMixture(model.styles.prefix(width).map { ($0.name, 1) })
  }

  func stylizer(on backend: any ComputeBackend, _ type: ScalarType) -> Stylizer {
    Stylizer(model: model, backend: backend, scalarType: type)
  }

  /// A trainer of this network's styles.
  func trainer(
    _ lossNetwork: VGG19, on backend: any ComputeBackend, _ type: ScalarType,
    _ settings: TrainingSettings
  ) throws -> StyleTrainer {
    let painting = picture(size: settings.styleSize, seed: 100)
    return try StyleTrainer(
      styles: model.styles.map { StyleSource(description: $0, painting: painting) },
      settings: settings, lossNetwork: lossNetwork, backend: backend, scalarType: type)
  }

  /// The photos of every training step.
  func batch(_ settings: TrainingSettings) -> TrainingBatch {
    let stage = settings.schedule[0]
    let indices = 0..<stage.batchSize
    return TrainingBatch(
      step: 0, photos: indices.map { picture(size: stage.imageSize, seed: UInt64($0)) },
      names: indices.map { "photo \($0)" })
  }

  /// A square picture: the middle of the photo, or noise.
  func picture(size: Int, seed: UInt64 = 1) -> Image {
    guard let photo else {
      return Image(
        width: size, height: size, pixels: Noise.levels(count: size * size * 3, seed: seed))
    }
    let scaled = photo.scaled(shorterSide: size)
    return scaled.cropped(
      x: (scaled.width - size) / 2, y: (scaled.height - size) / 2, width: size, height: size)
  }
}
