import Hummingbird
import Logging

/// Makes a ``Problem`` of every error, so that clients find words in every refusal.
struct ProblemMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      return Problem(.notFound, "\(request.uri.path): nothing is here").response()
    } catch {
      var headers = HTTPFields()
      switch error {
      case ServiceError.busy(let seconds), ServiceError.queueFull(_, let seconds):
        headers[.retryAfter] = "\(seconds)"
      case ServiceError.noToken: headers[.wwwAuthenticate] = "Bearer"
      default: break
      }
      let problem = Problem(error)
      if problem.status >= 500 { context.logger.error("\(request.uri.path): \(problem.detail)") }
      guard request.headers.contains(.contentLength) || request.headers.contains(.transferEncoding)
      else { return problem.response(headers: headers) }
      // The rest of the body is read by nobody.
      headers[.connection] = "close"
      var response = problem.response(headers: headers)
      let body = response.body
      response.body = ResponseBody(contentLength: body.contentLength) { writer in
        try await body.write(writer)
        context.closeSoon()
      }
      return response
    }
  }
}
