import ImpastoNetworks
import ImpastoTensors

/// Small untrained models whose styles differ.
enum RandomModel {
  /// Creates a model.
  ///
  /// - Parameter gain: Multiplies every γ.
  static func make(_ names: [String], gain: Float = 1) -> StyleModel {
    let architecture = TransformArchitecture(widths: [4, 6, 8], residualBlocks: 1)
    let shape: Shape = [names.count, architecture.styleLength]
    var random = RandomSource(seed: 3)
    let scale = (0..<shape.count).map { _ in gain * (1 + 0.3 * random.normal()) }
    let shift = (0..<shape.count).map { _ in 0.3 * random.normal() }
    return StyleModel(
      network: TransformNetwork(architecture: architecture, seed: 5),
      bank: StyleBank(
        names: names, scale: Tensor(scale, shape: shape), shift: Tensor(shift, shape: shape)),
      styles: names.filter { $0 != StyleBank.photoName }.map { StyleDescription(name: $0) })
  }
}
