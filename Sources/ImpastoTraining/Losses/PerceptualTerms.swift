public import ImpastoNetworks

/// The terms of the loss of a picture, and their weights.
public struct PerceptualTerms: Hashable, Sendable {
  /// A tap of the loss network and the weight of what is seen there.
  public struct WeightedTap: Hashable, Sendable {
    /// The feature layer.
    public let tap: VGG19.Tap
    /// The weight against the other taps of the same term.
    public let weight: Float

    /// Creates a weighted tap.
    public init(_ tap: VGG19.Tap, weight: Float = 1) {
      self.tap = tap
      self.weight = weight
    }
  }

  /// The formula that makes a number of a difference.
  public enum Formula: String, Codable, Sendable, CaseIterable {
    /// Relative: as a share of the photo's or painting's own norm, without units: one set of
    /// weights treats paintings of high and low contrast, small and large pictures alike.
    case relative
    /// The sums of squares of Gatys, Ecker, Bethge 2015, equations 1 and 4, by the pixel.
    case gatys
  }

  /// The taps at which the photo's content is compared, each once.
  public var contentTaps: [WeightedTap]
  /// The taps at which the painting's style is compared, each once.
  public var styleTaps: [WeightedTap]
  /// The pooling of the loss network.
  public var pooling: VGG19.Pooling
  /// The padding of the loss network.
  public var padding: VGG19.Padding
  /// The formula that makes numbers of differences.
  public var formula: Formula
  /// The weight of the content loss.
  public var contentWeight: Float
  /// The weight of the style loss.
  public var styleWeight: Float
  /// The weight of the total variation of the picture.
  public var totalVariationWeight: Float

  /// Content at relu4_2.
  public static let usualContentTaps = [WeightedTap(VGG19.Tap(4, 2))]
  /// Style at relu1_1, relu2_1, relu3_1 and relu4_1, all alike.
  public static let usualStyleTaps = (1...4).map { WeightedTap(VGG19.Tap($0, 1)) }

  /// The weight of the style loss that shows a painting clearly at ``contentWeight`` 1.
  public static func styleWeight(_ formula: Formula) -> Float {
    switch formula {
    case .relative: 20
    case .gatys: 0.1
    }
  }

  /// Creates terms; the defaults are those that networks are trained with.
  public init(
    contentTaps: [WeightedTap] = usualContentTaps, styleTaps: [WeightedTap] = usualStyleTaps,
    pooling: VGG19.Pooling = .max, padding: VGG19.Padding = .mirrored,
    formula: Formula = .relative, contentWeight: Float = 1, styleWeight: Float = 20,
    totalVariationWeight: Float = 0
  ) {
    self.contentTaps = contentTaps
    self.styleTaps = styleTaps
    self.pooling = pooling
    self.padding = padding
    self.formula = formula
    self.contentWeight = contentWeight
    self.styleWeight = styleWeight
    self.totalVariationWeight = totalVariationWeight
  }

  /// Checks that pictures can be compared with these terms.
  ///
  /// - Throws: ``TrainingError/badSetting(_:_:expected:)``.
  public func check() throws(TrainingError) {
    for (name, weight) in [
      ("content weight", contentWeight), ("style weight", styleWeight),
      ("total variation weight", totalVariationWeight),
    ] where !(weight >= 0 && weight.isFinite) {
      throw .badSetting(name, "\(weight)", expected: "zero or more")
    }
    for (name, taps) in [("content taps", contentTaps), ("style taps", styleTaps)] {
      guard !taps.isEmpty else { throw .badSetting(name, "none", expected: "one tap or more") }
      for (tap, weight) in taps.map({ ($0.tap, $0.weight) }) {
        guard weight > 0, weight.isFinite else {
          throw .badSetting(name, "\(tap):\(weight)", expected: "a weight of more than zero")
        }
        guard taps.filter({ $0.tap == tap }).count == 1 else {
          throw .badSetting(name, "\(tap)", expected: "each tap once")
        }
      }
    }
  }

  /// The weights of taps as shares of their sum.
  static func shares(_ taps: [WeightedTap]) -> [Float] {
    let sum = taps.reduce(0) { $0 + $1.weight }
    return taps.map { $0.weight / sum }
  }
}
