import Foundation

extension DecodingError {
  /// The fault and its place in the document, in one line.
  var place: String {
    let context: Context
    switch self {
    case .keyNotFound(let key, let found):
      return "\(key.stringValue) is missing at \(Self.path(found))"
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found):
      context = found
    @unknown default:
      return localizedDescription
    }
    return "\(context.debugDescription) at \(Self.path(context))"
  }

  private static func path(_ context: Context) -> String {
    let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    return keys.isEmpty ? "the top" : keys.joined(separator: ".")
  }
}
