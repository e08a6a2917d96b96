package import Foundation

/// Results as JSON: keys in snake case, sorted, without characters that a terminal would interpret.
package enum JSONText {
  /// The document for `value`.
  package static func data(_ value: some Encodable) throws -> Data {
    Data(try text(value, [.prettyPrinted]).utf8)
  }

  /// The document for `value` as one line.
  package static func line(_ value: some Encodable) throws -> String { try text(value, []) }

  private static func text(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    return PlainText.json(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
