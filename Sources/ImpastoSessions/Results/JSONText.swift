package import Foundation

/// Results as JSON: keys in snake case, sorted, without characters that a terminal would interpret.
package enum JSONText {
  /// The document for `value`.
  package static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    return Data(PlainText.json(text).utf8)
  }
}
