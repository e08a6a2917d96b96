import Foundation
import HTTPTypes
import Hummingbird
import ImpastoFiles

extension Response {
  /// An answer that clients keep, and ask anew whether it has changed.
  static func cached(_ bytes: Data, type: String, for request: Request) -> Response {
    let tag = "\"\(SHA256Digest.hexadecimal(of: bytes).prefix(32))\""
    let headers: HTTPFields = [.eTag: tag, .cacheControl: "no-cache"]
    let known = request.headers[values: .ifNoneMatch]
      .flatMap { $0.split(separator: ",") }.map { $0.trimmingPrefix(while: \.isWhitespace) }
    guard !known.contains(where: { $0.hasSuffix(tag) }) else {
      return Response(status: .notModified, headers: headers)
    }
    return .bytes(bytes, type: type, headers: headers)
  }
}

extension Request {
  /// The value of a field of the head, nil where it is missing.
  func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

  /// The value of a parameter of the query, nil where it is missing.
  func query(_ name: String) -> String? {
    uri.queryParameters[name[...]].map(String.init)
  }

  /// The number that a parameter of the query has.
  ///
  /// - Throws: ``ServiceError/badSetting(_:reason:)`` for what is no number.
  func queryNumber(_ name: String) throws(ServiceError) -> Int? {
    guard let text = query(name) else { return nil }
    guard let number = Int(text) else {
      throw .badSetting(name, reason: "“\(text)” is not a whole number")
    }
    return number
  }
}
