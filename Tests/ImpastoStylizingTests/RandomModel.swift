import ImpastoNetworks
import ImpastoTensors

/// Small untrained models whose styles differ.
enum RandomModel {
  /// Creates a model.
  ///
  /// - Parameters:
  ///   - gain: Multiplies every γ.
  ///   - widths: The channels at full, half and quarter resolution.
  ///   - styleSize: The size of paintings in a training that it might come from.
  static func make(
    _ names: [String], gain: Float = 1, widths: [Int] = [4, 6, 8], styleSize: Int? = nil
  ) -> StyleModel {
    let architecture = TransformArchitecture(widths: widths, residualBlocks: 1)
    let shape: Shape = [names.count, architecture.styleLength]
    var random = RandomSource(seed: 3)
    let scale = (0..<shape.count).map { _ in gain * (1 + 0.3 * random.normal()) }
    let shift = (0..<shape.count).map { _ in 0.3 * random.normal() }
    return StyleModel(
      network: TransformNetwork(architecture: architecture, seed: 5),
      bank: StyleBank(
        names: names, scale: Tensor(scale, shape: shape), shift: Tensor(shift, shape: shape)),
      styles: names.filter { $0 != StyleBank.photoName }.map { StyleDescription(name: $0) },
      trainingSettings: styleSize.map { ["style_size": "\($0)"] } ?? [:])
  }
}
