import GRDB
package import Hummingbird

/// The service: HTTP on one side, sessions on the other.
package struct StudioServer: Sendable {
  package init() {}

  /// The routes of the service.
  package var router: Router<BasicRequestContext> {
    let router = Router()
    router.get("/healthz") { _, _ in HTTPResponse.Status.ok }
    return router
  }
}
