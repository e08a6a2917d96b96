extension Evaluation: Encodable {
  private enum CodingKeys: String, CodingKey {
    case model, content, photoSize, styleSize, precision, other, photoCount, isFinished
    case mean, styles, unmeasured, skipped
  }

  private struct Means: Encodable {
    let network, plain, other: RelativeLosses?
  }

  /// Writes all that was measured, and the means of it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model, forKey: .model)
    try container.encode(content, forKey: .content)
    try container.encode(photoSize, forKey: .photoSize)
    try container.encode(styleSize, forKey: .styleSize)
    try container.encode(precision, forKey: .precision)
    try container.encodeIfPresent(other, forKey: .other)
    try container.encode(photoCount, forKey: .photoCount)
    try container.encode(isFinished, forKey: .isFinished)
    try container.encode(
      Means(network: mean(\.network), plain: mean(\.plain), other: mean(\.other)), forKey: .mean)
    try container.encode(styles, forKey: .styles)
    try container.encode(unmeasured, forKey: .unmeasured)
    try container.encode(skipped, forKey: .skipped)
  }
}

extension StyleEvaluation: Encodable {
  private enum CodingKeys: String, CodingKey { case name, network, plain, other, samples }

  /// Writes the means, and what was measured on each photo.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(network, forKey: .network)
    try container.encodeIfPresent(plain, forKey: .plain)
    try container.encodeIfPresent(other, forKey: .other)
    try container.encode(samples, forKey: .samples)
  }
}
