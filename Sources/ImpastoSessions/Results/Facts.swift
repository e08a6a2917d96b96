import Foundation
import ImpastoFiles

/// The values of a description, by the path of their keys, such as `settings.seed`: what has to be the
/// same for two results to be the same.
package struct Facts: Codable, Equatable, Sendable {
  package var values: [String: String]

  /// Takes all values of `description` apart.
  init(_ description: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    var values: [String: String] = [:]
    func add(_ value: Any, at path: String) {
      let prefix = path.isEmpty ? "" : "\(path)."
      switch value {
      case let parts as [String: Any]: for (key, part) in parts { add(part, at: prefix + key) }
      case let parts as [Any]:
        for (index, part) in parts.enumerated() { add(part, at: "\(prefix)\(index + 1)") }
      default: values[path] = "\(value)"
      }
    }
    add(try JSONSerialization.jsonObject(with: encoder.encode(description)), at: "")
    self.values = values
  }

  package init(from decoder: any Decoder) throws {
    values = try decoder.singleValueContainer().decode([String: String].self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(values)
  }

  /// A name for these values: 16 hexadecimal digits.
  var name: String {
    var digest = SHA256Digest()
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      digest.update(Data("\(key)\0\(value)\0".utf8))
    }
    return String(digest.hexadecimal().prefix(16))
  }

  /// The first few values that are not those of `others`, in words.
  func differences(from others: Facts) -> [String] {
    Set(values.keys).union(others.values.keys).filter { values[$0] != others.values[$0] }.sorted()
      .prefix(4).map {
        "\($0) is \(values[$0] ?? "missing") and not \(others.values[$0] ?? "missing")"
      }
  }
}
