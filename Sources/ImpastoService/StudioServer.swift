import Foundation
import Hummingbird
import ImpastoFiles
import ImpastoSessions
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The service: sessions over HTTP.
package struct StudioServer: Sendable {
  /// The most connections at a time; others wait.
  private static let connectionLimit = 512
  /// The time without a byte after which a connection is ended that waits for a request.
  private static let idleTime = TimeAmount.seconds(30)
  /// The most time that requests have to be answered once the service is to end.
  private static let drainTime = Duration.seconds(30)
  /// The most bytes of the head of a request.
  private static let headLimit = 32 * 1024

  private let configuration: ServiceConfiguration
  private let metrics = Metrics()
  private let access: AccessGuard?
  private let jobs: JobQueue
  private let routes: [Route]

  /// Opens the data folder and reads the models.
  ///
  /// - Throws: ``ServiceError``, or the error of a checkpoint.
  package init(_ configuration: ServiceConfiguration) throws {
    self.configuration = configuration
    access = configuration.token.map(AccessGuard.init)
    let folder = try DataFolder(at: configuration.data)
    let models = try ModelLibrary(configuration.models, folder: configuration.data)
    let jobs = JobQueue(
      folder: folder, program: configuration.program, models: models,
      photos: configuration.page.appendingPath("samples"), check: configuration.check)
    self.jobs = jobs
    let memory = MemoryBudget()
    let photos = HeldPhotos(folder, memory: memory)
    let queue = PaintingQueue(limit: 64)
    let painter = Painter(models: models, photos: photos, queue: queue, memory: memory)
    routes =
      PageRoutes(folder: configuration.page).routes
      + SessionRoutes(access: access).routes
      + StyleRoutes(
        models: models, paintings: Paintings(), temporaryFile: { folder.temporaryFile() }
      ).routes
      + PhotoRoutes(folder: folder, photos: photos).routes
      + StylizeRoutes(painter: painter, folder: folder).routes
      + JobRoutes(jobs: jobs, photos: photos).routes
      + SystemRoutes(
        models: models, queue: queue, metrics: metrics,
        description: configuration.page.appendingPath("openapi.json")
      ).routes
  }

  /// The methods and paths that are answered, such as `GET /healthz`.
  package var endpoints: Set<String> { Set(routes.map { "\($0.method.rawValue) \($0.path)" }) }

  private var router: Router<ServiceContext> {
    let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: MetricsCounter(metrics: metrics))
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ProblemMiddleware())
    router.add(
      middleware: HostGuard(host: configuration.host, others: configuration.allowedHosts))
    router.add(middleware: OriginGuard())
    if let access { router.add(middleware: access) }
    router.add(routes)
    return router
  }

  /// Answers requests until the task is cancelled or, with `stopsBySignal`, the process gets SIGTERM
  /// or SIGINT; requests that are being answered are answered still.
  ///
  /// - Parameter onListening: Called with the port when requests are accepted.
  /// - Throws: ``ServiceError/portInUse(_:host:)``, ``ServiceError/cannotListen(_:host:reason:)``.
  package func run(
    stopsBySignal: Bool = false, onListening: @escaping @Sendable (_ port: Int) async -> Void
  ) async throws {
    var logger = Logger(label: "impasto")
    logger.logLevel = .error
    let (host, port) = (configuration.host, configuration.port)
    let application = Application(
      router: router,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [Departure()], idleTimeout: Self.idleTime,
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: Self.headLimit, maxHeaderListSize: Self.headLimit,
            maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(host, port: port), backlog: Self.connectionLimit,
        availableConnectionsDelegate: .maximum(Self.connectionLimit, logger: logger)),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
      logger: logger)
    var group = ServiceGroupConfiguration(
      // They end in the reverse order: first requests are answered.
      services: [JobService(jobs: jobs), application],
      gracefulShutdownSignals: stopsBySignal ? [.sigterm, .sigint] : [],
      logger: logger)
    group.maximumGracefulShutdownDuration = Self.drainTime
    do {
      try await ServiceGroup(configuration: group).run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw ServiceError.portInUse(port, host: host)
    } catch let error as IOError {
      throw ServiceError.cannotListen(port, host: host, reason: error.words)
    } catch let error as SocketAddressError.UnknownHost {
      throw ServiceError.cannotListen(port, host: host, reason: error.errorDescription)
    }
  }
}

/// The jobs as a part of the service that begins and ends with it.
private struct JobService: Service {
  let jobs: JobQueue

  func run() async throws {
    try await jobs.start()
    try? await gracefulShutdown()
    await jobs.drain()
  }
}

extension IOError {
  /// The words of the system.
  fileprivate var words: String { String(cString: strerror(errnoCode)) }
}
