/// The distance of a picture from a photo's content and a painting's style, without units.
///
/// See ``Evaluator`` for the two terms.
public struct RelativeLosses: Sendable, Hashable {
  /// The weight of style against content in ``total``, the same in every evaluation so that figures
  /// compare from run to run.
  public static let styleWeight: Float = 20

  /// C, zero for the photo itself.
  public let content: Float
  /// S, zero for the painting itself; 0.3 to 0.8 for most photos.
  public let style: Float

  /// Creates losses.
  public init(content: Float, style: Float) {
    self.content = content
    self.style = style
  }

  /// C + 20·S.
  public var total: Float { content + Self.styleWeight * style }

  /// The mean of each term, or nothing of nothing.
  public static func mean(_ losses: [RelativeLosses]) -> RelativeLosses? {
    guard !losses.isEmpty else { return nil }
    let count = Float(losses.count)
    return RelativeLosses(
      content: losses.map(\.content).reduce(0, +) / count,
      style: losses.map(\.style).reduce(0, +) / count)
  }
}

extension RelativeLosses: Codable {
  private enum CodingKeys: String, CodingKey { case content, style, total }

  /// Reads both terms.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    content = try container.decode(Float.self, forKey: .content)
    style = try container.decode(Float.self, forKey: .style)
  }

  /// Writes both terms and their weighted sum.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(content, forKey: .content)
    try container.encode(style, forKey: .style)
    try container.encode(total, forKey: .total)
  }
}
