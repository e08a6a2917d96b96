import ImpastoNetworks

/// Styles by name with their weights: `{"great-wave": 0.7, "photo": 0.3}`, or the name of one style.
package struct StyleWeights: Equatable, Sendable {
  /// The mixture as the command line takes it, `great-wave:0.7,photo:0.3`.
  package let text: String

  /// Takes the text of the command line, which is checked when it is used.
  package init(_ text: String) { self.text = text }

  /// The mixture.
  ///
  /// - Throws: `StyleModelError.badMixture`.
  var mixture: StyleMixture {
    get throws(StyleModelError) { try StyleMixture(parsing: text) }
  }
}

extension StyleWeights: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self.init(text)
      return
    }
    let weights = try container.decode([String: Float].self)
    // Objects of JSON have no order, and sums of numbers depend on theirs.
    let parts = weights.sorted { $0.key < $1.key }
    self.init(
      parts.count == 1 && parts[0].value == 1
        ? parts[0].key : parts.map { "\($0.key):\($0.value)" }.joined(separator: ","))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    guard let parts = try? mixture.parts else { return try container.encode(text) }
    try container.encode(
      Dictionary(parts.map { ($0.name, $0.weight) }, uniquingKeysWith: +))
  }
}
