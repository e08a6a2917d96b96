public import Foundation
import ImpastoTensors

/// One network and the styles that it knows: what a checkpoint holds.
///
/// ```swift
/// let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
/// print(model.styles.map(\.name))
/// try model.renaming("great-wave", to: "wave").write(to: "renamed.safetensors")
/// ```
public struct StyleModel: Sendable {
  /// The convolutions that all styles share.
  public let network: TransformNetwork
  /// The γ and β of every style, `photo` included.
  public let bank: StyleBank
  /// The description of each style's painting, in the bank's order without `photo`.
  public let styles: [StyleDescription]
  /// A small JPEG of each style's painting, by the style's name, where there is one.
  public let thumbnails: [String: Data]
  /// The settings of the network's training, by name.
  public let trainingSettings: [String: String]
  /// The settings of the training of each style that came later than the network, by the style's
  /// name.
  public let styleSettings: [String: [String: String]]

  /// Creates a model.
  ///
  /// - Precondition: the bank's rows fit the network, and its names are those of `styles` and
  ///   perhaps `photo`.
  public init(
    network: TransformNetwork, bank: StyleBank, styles: [StyleDescription],
    thumbnails: [String: Data] = [:], trainingSettings: [String: String] = [:],
    styleSettings: [String: [String: String]] = [:]
  ) {
    precondition(
      bank.scale.shape[1] == network.architecture.styleLength
        && bank.names.filter { $0 != StyleBank.photoName } == styles.map(\.name),
      "styles \(styles.map(\.name)) for a bank of \(bank.names)")
    self.network = network
    self.bank = bank.fitted(to: network.architecture)
    self.styles = styles
    self.thumbnails = thumbnails
    self.trainingSettings = trainingSettings
    self.styleSettings = styleSettings
  }

  /// A mixture as one weight per row of the bank.
  ///
  /// - Throws: ``StyleModelError/unknownStyle(_:known:)``, also for a style named with weight 0.
  public func weights(of mixture: StyleMixture) throws(StyleModelError) -> [Float] {
    if let unknown = mixture.names.first(where: { !bank.names.contains($0) }) {
      throw .unknownStyle(unknown, known: styles.map(\.name))
    }
    let shares = Dictionary(uniqueKeysWithValues: mixture.parts.map { ($0.name, $0.weight) })
    return bank.names.map { shares[$0, default: 0] }
  }
}
