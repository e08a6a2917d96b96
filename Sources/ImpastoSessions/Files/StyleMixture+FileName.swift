import ImpastoNetworks

extension StyleMixture {
  /// The part of a result's name for a mixture of many styles.
  package static var blendName: String { "blend" }

  /// The mixture's part of a result's name: its style, or its styles with their percentages.
  package var fileNameSuffix: String {
    if parts.count == 1 { return parts[0].name }
    if parts.count > 3 { return Self.blendName }
    return parts.map { "\($0.name)-\(Int(($0.weight * 100).rounded()))" }.joined(separator: "-")
  }
}
