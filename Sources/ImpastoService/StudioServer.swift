import Foundation
import Hummingbird
import ImpastoFiles
import ImpastoSessions
import Logging
import NIOCore

/// The service: sessions over HTTP.
///
/// ```swift
/// let server = try StudioServer(
///   ServiceConfiguration(models: ["impasto.safetensors"], data: "data", page: "Studio"))
/// try await server.run { port in … }
/// ```
package struct StudioServer: Sendable {
  private let configuration: ServiceConfiguration
  /// The routes of the service.
  private let routes: [Route]

  /// Reads the models.
  ///
  /// - Throws: ``ServiceError``, or the error of a checkpoint or folder.
  package init(_ configuration: ServiceConfiguration) throws {
    self.configuration = configuration
    let models = try ModelLibrary(configuration.models)
    let store = try PhotoStore(configuration.data.appendingPath("photos"))
    let memory = MemoryBudget()
    let photos = HeldPhotos(store, memory: memory)
    let painter = Painter(
      models: models, photos: photos, queue: PaintingQueue(limit: 64) { _ in }, memory: memory)
    routes =
      PageRoutes(folder: configuration.page).routes
      + StyleRoutes(models: models).routes
      + PhotoRoutes(store: store, photos: photos).routes
      + StylizeRoutes(painter: painter, store: store).routes
      + [.get("/healthz") { _, _ in .json(["status": "ok"]) }]
  }

  /// Answers requests until the task is cancelled or, with `stopsBySignal`, the process gets SIGTERM
  /// or SIGINT; requests that are being answered are answered still.
  ///
  /// - Parameter onListening: Called with the port when requests are accepted.
  /// - Throws: ``ServiceError/portInUse(_:host:)``, ``ServiceError/cannotListen(_:host:reason:)``.
  package func run(
    stopsBySignal: Bool = false, onListening: @escaping @Sendable (_ port: Int) async -> Void
  ) async throws {
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ProblemMiddleware())
    router.add(routes)
    var logger = Logger(label: "impasto")
    logger.logLevel = .warning
    let (host, port) = (configuration.host, configuration.port)
    let application = Application(
      router: router,
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: .init(address: .hostname(host, port: port)),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
      logger: logger)
    do {
      if stopsBySignal {
        try await application.runService()
      } else {
        try await application.run()
      }
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw ServiceError.portInUse(port, host: host)
    } catch let error as IOError {
      throw ServiceError.cannotListen(port, host: host, reason: "\(error)")
    } catch let error as SocketAddressError {
      throw ServiceError.cannotListen(port, host: host, reason: "\(error)")
    }
  }
}
