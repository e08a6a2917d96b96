package import Foundation

extension DecodingError {
  /// The fault and its place in `json`, the document that was decoded.
  package func fault(in json: Data) -> String {
    switch self {
    case .keyNotFound(let key, let context):
      return "“\(key.stringValue)” is missing \(Self.place(context))"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return "expected \(Self.name(of: type)) \(Self.place(context))"
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      // The decoder says the same of a number that does not fit its type, and not where it is.
      let isJSON = (try? JSONDecoder().decode(AnyJSON.self, from: json)) != nil
      return isJSON ? "a number is out of range" : "it is not JSON"
    case .dataCorrupted(let context):
      return "\(context.debugDescription) \(Self.place(context))"
    @unknown default:
      return localizedDescription
    }
  }

  private static func name(of type: Any.Type) -> String {
    switch type {
    case is any FixedWidthInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is any RandomAccessCollection.Type: "a list"
    default: "an object"
    }
  }

  private static func place(_ context: Context) -> String {
    let path = context.codingPath.reduce(into: "") { path, key in
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += (path.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return path.isEmpty ? "at the top" : "at \(path)"
  }
}

/// Whatever is JSON, of which nothing is kept.
private struct AnyJSON: Decodable {
  init(from _: any Decoder) {}
}

/// Values by their keys, which errors about them name. Where a number does not fit its type, Foundation's
/// containers throw an error of a type of their own, of which the decoder makes one without a place.
extension KeyedDecodingContainer {
  /// The value of `key`.
  ///
  /// - Throws: `DecodingError`.
  package func value<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value {
    try naming(key, type) { try decode(type, forKey: key) }
  }

  /// The value of `key`; nil where it is missing or null.
  ///
  /// - Throws: `DecodingError`.
  package func valueIfPresent<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
    try naming(key, type) { try decodeIfPresent(type, forKey: key) }
  }

  private func naming<Value>(
    _ key: Key, _ type: Any.Type, _ decode: () throws -> Value
  ) throws -> Value {
    do { return try decode() } catch let error
      where !(error is DecodingError || error is ArchitectureFault)
    {
      let isWhole = type is any FixedWidthInteger.Type
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: codingPath + [key],
          debugDescription: isWhole ? "expected a whole number" : "a number is out of range"))
    }
  }
}
