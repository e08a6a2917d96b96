extension Evaluation: Encodable {
  private enum CodingKeys: String, CodingKey {
    case model, content, photoSize, styleSize, precision, arithmetic
    case other, iterations, sizes, photoCount, isFinished, photoRowPSNR = "photoRowPsnr"
    case mean, photoFaults, faultLimits, styles, unmeasured, skipped, leftOut
  }

  private struct Means: Encodable {
    let network, plain, other: RelativeLosses?
    let equivalentIterations: [String: EquivalentIterations]?
  }

  /// Writes all that was measured, and the means of it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model, forKey: .model)
    try container.encode(content, forKey: .content)
    try container.encode(photoSize, forKey: .photoSize)
    try container.encode(styleSize, forKey: .styleSize)
    try container.encode(precision, forKey: .precision)
    try container.encode(arithmetic, forKey: .arithmetic)
    try container.encodeIfPresent(other, forKey: .other)
    try container.encodeIfPresent(iterations, forKey: .iterations)
    if !sizes.isEmpty { try container.encode(sizes, forKey: .sizes) }
    try container.encode(photoCount, forKey: .photoCount)
    try container.encodeIfPresent(meanPhotoRowPSNR, forKey: .photoRowPSNR)
    try container.encode(isFinished, forKey: .isFinished)
    let means = Means(
      network: mean(\.network), plain: mean(\.plain), other: mean(\.other),
      equivalentIterations: Descent.Start.table { equivalentIterations(from: $0) })
    try container.encode(means, forKey: .mean)
    try container.encodeIfPresent(photoFaults, forKey: .photoFaults)
    let limits = PictureFaults.Kind.allCases.map { ($0.rawValue, PictureFaults.limit(of: $0)) }
    try container.encode(Dictionary(uniqueKeysWithValues: limits), forKey: .faultLimits)
    try container.encode(styles, forKey: .styles)
    try container.encode(unmeasured, forKey: .unmeasured)
    try container.encode(skipped, forKey: .skipped)
    if !leftOut.isEmpty { try container.encode(leftOut, forKey: .leftOut) }
  }
}

extension StyleEvaluation: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, network, plain, other, faults, equivalentIterations, samples, descents
    case shift, shifts, sizes
  }

  /// Writes the means, and what was measured on each photo.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(network, forKey: .network)
    try container.encodeIfPresent(plain, forKey: .plain)
    try container.encodeIfPresent(other, forKey: .other)
    try container.encodeIfPresent(faults, forKey: .faults)
    try container.encodeIfPresent(
      Descent.Start.table { equivalentIterations(from: $0) }, forKey: .equivalentIterations)
    try container.encode(samples, forKey: .samples)
    if !descents.isEmpty { try container.encode(descents, forKey: .descents) }
    if !sizes.isEmpty { try container.encode(sizes, forKey: .sizes) }
    if !shifts.isEmpty {
      try container.encode(meanShift, forKey: .shift)
      try container.encode(shifts, forKey: .shifts)
    }
  }
}

extension Descent.Start {
  /// The values of `value` for each start, by name, where it gives any.
  fileprivate static func table<Value>(_ value: (Self) -> Value?) -> [String: Value]? {
    let pairs = allCases.compactMap { start in value(start).map { (start.rawValue, $0) } }
    return pairs.isEmpty ? nil : Dictionary(uniqueKeysWithValues: pairs)
  }
}
