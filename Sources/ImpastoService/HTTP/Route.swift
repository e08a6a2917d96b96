import Hummingbird

/// A method at a path of the service, with the code that answers it.
struct Route: Sendable {
  typealias Handler = @Sendable (Request, ServiceContext) async throws -> Response

  let method: HTTPRequest.Method
  /// The path, with its parameters in braces as OpenAPI writes them.
  let path: String
  let handler: Handler

  static func get(_ path: String, _ handler: @escaping Handler) -> Route {
    Route(method: .get, path: path, handler: handler)
  }

  static func post(_ path: String, _ handler: @escaping Handler) -> Route {
    Route(method: .post, path: path, handler: handler)
  }

  static func delete(_ path: String, _ handler: @escaping Handler) -> Route {
    Route(method: .delete, path: path, handler: handler)
  }
}

extension Router where Context == ServiceContext {
  private static var methods: [HTTPRequest.Method] {
    [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect]
  }

  /// Adds routes; methods that a path of theirs does not have are refused with those that it has.
  func add(_ routes: [Route]) {
    for route in routes { on(RouterPath(route.path), method: route.method, use: route.handler) }
    for (path, routes) in Dictionary(grouping: routes, by: \.path) {
      var known = routes.map(\.method)
      if known.contains(.get) { known.append(.head) }
      let allowed = known.map(\.rawValue).sorted().joined(separator: ", ")
      for method in Self.methods where !known.contains(method) {
        on(RouterPath(path), method: method) { request, _ in
          Problem(.methodNotAllowed, "\(method.rawValue) \(request.uri.path): expected \(allowed)")
            .response(headers: [.allow: allowed])
        }
      }
    }
  }
}
