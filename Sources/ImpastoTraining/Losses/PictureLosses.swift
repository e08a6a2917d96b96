import ImpastoDifferentiation
import ImpastoTensors

/// The distance of one picture from a photo's content and a painting's style.
public struct PictureLosses: Codable, Hashable, Sendable {
  /// The weighted sum that is minimised.
  public var total: Float
  /// The content loss before its weight, the mean over taps.
  public var content: Float
  /// The style loss before its weight, the mean over taps.
  public var style: Float
  /// The total variation before its weight.
  public var totalVariation: Float
  /// The style loss at each tap, by the tap's name.
  public var layers: [String: Float]

  /// Creates losses.
  public init(
    total: Float, content: Float, style: Float, totalVariation: Float, layers: [String: Float]
  ) {
    self.total = total
    self.content = content
    self.style = style
    self.totalVariation = totalVariation
    self.layers = layers
  }
}

extension PictureLosses {
  /// The losses of the only picture of a batch.
  init(_ losses: PerceptualLoss.Losses, terms: PerceptualTerms) {
    let layers = zip(terms.styleTaps, losses.style[0]).map { ("\($0.tap)", $1) }
    self.init(
      total: losses.total.value.scalars[0], content: losses.content[0],
      style: zip(losses.style[0], PerceptualTerms.shares(terms.styleTaps))
        .reduce(0) { $0 + $1.0 * $1.1 },
      totalVariation: losses.totalVariation[0], layers: Dictionary(uniqueKeysWithValues: layers))
  }
}
