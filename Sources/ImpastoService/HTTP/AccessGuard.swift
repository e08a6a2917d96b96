import Foundation
import HTTPTypes
import Hummingbird
import ImpastoFiles

/// Lets in who knows the token: programs with each request, browsers by a cookie.
struct AccessGuard: RouterMiddleware {
  /// The name of the cookie.
  static let cookie = "impasto"

  let token: String

  /// The value of the cookie, which tells nobody the token.
  var session: String { SHA256Digest.hexadecimal(of: Data("impasto session \(token)".utf8)) }

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    guard isOpen(request.uri.path) || isKnown(request) else { throw ServiceError.noToken }
    return try await next(request, context)
  }

  /// Returns whether both texts are equal, in a time that does not tell how far they are.
  static func isEqual(_ first: String, _ second: String) -> Bool {
    let (first, second) = (Array(first.utf8), Array(second.utf8))
    guard first.count == second.count else { return false }
    return zip(first, second).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Returns whether a path is open to all: the page itself, which shows nothing of anyone, the
  /// way in, and what watches the service.
  private func isOpen(_ path: String) -> Bool {
    ["/", "/api/v1/session", "/healthz", "/readyz"].contains(path) || path.hasPrefix("/studio/")
  }

  private func isKnown(_ request: Request) -> Bool {
    if let field = request.headers[.authorization], field.lowercased().hasPrefix("bearer ") {
      return Self.isEqual(String(field.dropFirst(7)), token)
    }
    return request.cookies[Self.cookie].map { Self.isEqual($0.value, session) } ?? false
  }
}
