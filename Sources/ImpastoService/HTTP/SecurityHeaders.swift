import HTTPTypes
import Hummingbird

/// Tells browsers what the page may load, and that nothing else is a page.
struct SecurityHeaders: RouterMiddleware {
  /// The rights of the page: to load its own files, to show pictures that its scripts hold, and to
  /// ask this server.
  static let page = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:",
    "media-src 'self' blob:", "connect-src 'self'", "manifest-src 'self'", "form-action 'none'",
    "base-uri 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")
  /// The rights of any other answer that a browser opens as a page: none.
  private static let other = "default-src 'none'; frame-ancestors 'none'; sandbox"

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    if !response.headers.contains(.contentSecurityPolicy) {
      response.headers[.contentSecurityPolicy] = Self.other
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    for (name, value) in [
      ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Cross-Origin-Opener-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
    ] {
      HTTPField.Name(name).map { response.headers[$0] = value }
    }
    return response
  }
}
