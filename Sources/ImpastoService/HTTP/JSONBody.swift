import Foundation
import Hummingbird
import NIOCore

/// Bodies of JSON: keys in camel case, times of ISO 8601.
enum JSONBody {
  /// The most bytes of JSON that are read.
  static let limit = 1 << 18

  /// Reads the body of a request.
  ///
  /// - Throws: ``ServiceError``, or `DecodingError` for what does not fit the type.
  static func decode<Value: Decodable>(_: Value.Type, from request: Request) async throws -> Value {
    let type = request.headers[.contentType] ?? "none"
    guard type.prefix(while: { $0 != ";" }).lowercased() == "application/json" else {
      throw ServiceError.unsupportedType(type, expected: "application/json")
    }
    let bytes = Data(
      try await request.limitedBody(limit: limit).collect(upTo: limit).readableBytesView)
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(Value.self, from: bytes)
  }

  /// The bytes of a value.
  static func encoded(_ value: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    guard let data = try? encoder.encode(value) else {
      preconditionFailure("plain values always have a JSON form")
    }
    return data
  }
}

extension Response {
  /// An answer of JSON.
  static func json(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    bytes(JSONBody.encoded(value), type: "application/json", status: status, headers: headers)
  }

  /// An answer of bytes that are in memory.
  static func bytes(
    _ bytes: Data, type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = type
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

extension DecodingError {
  /// The fault in words, without the names of Swift's types.
  var reason: String {
    switch self {
    case .keyNotFound(let key, let context):
      "\(Self.path(context.codingPath + [key])): missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      "\(Self.path(context.codingPath)): expected \(Self.words(for: type))"
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      "the body is not a document of JSON"
    case .dataCorrupted(let context):
      "\(Self.path(context.codingPath)): \(context.debugDescription)"
    @unknown default: "the body cannot be read"
    }
  }

  /// The setting that is wrong.
  var field: String? {
    switch self {
    case .keyNotFound(let key, let context): (context.codingPath + [key]).last?.stringValue
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      context.codingPath.last?.stringValue
    @unknown default: nil
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    guard !keys.isEmpty else { return "the body" }
    return keys.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }
      .joined(separator: ".").replacing(".[", with: "[")
  }

  private static func words(for type: any Any.Type) -> String {
    switch type {
    case is String.Type, is Identifier.Type: "a text"
    case is Bool.Type: "true or false"
    case is Int.Type: "a whole number"
    case is Double.Type, is Float.Type: "a number"
    case is [String: Any].Type, is [String: Float].Type: "an object"
    default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
    }
  }
}
