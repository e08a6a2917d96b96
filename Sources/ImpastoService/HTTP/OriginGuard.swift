import HTTPTypes
import Hummingbird

/// Refuses what pages of other sites make a browser send, where it could change anything.
struct OriginGuard: RouterMiddleware {
  private static let safe: Set<HTTPRequest.Method> = [.get, .head, .options]

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    if !Self.safe.contains(request.method), !isOwn(request) { throw ServiceError.foreignOrigin }
    return try await next(request, context)
  }

  /// Returns whether a request is of the service's own page, or of a program that is no browser.
  private func isOwn(_ request: Request) -> Bool {
    if let site = request.field("Sec-Fetch-Site"), site != "same-origin", site != "none" {
      return false
    }
    guard let origin = request.headers[.origin] else { return true }
    let authority = request.head.authority ?? ""
    return origin == "http://\(authority)" || origin == "https://\(authority)"
  }
}
