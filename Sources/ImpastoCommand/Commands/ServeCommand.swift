import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoService
import ImpastoSessions
import Synchronization

/// `impasto serve`: the studio, a web page, and the service behind it.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the studio, a web page, and its programming interface.",
    usage: "impasto serve [<options>]",
    discussion: """
      Examples:
        impasto serve
        impasto serve --port 9000 --model mine.safetensors

      Then open the address that is printed. Ctrl-C ends the service.
      """)

  @Option(help: ArgumentHelp("Name or address to listen on.", valueName: "name"))
  var host = "127.0.0.1"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Port to listen on; 0 for any that is free.", valueName: "n"))
  var port = 8080

  @Option(
    help: ArgumentHelp(
      "Checkpoint to paint with; may be repeated.",
      discussion: """
        Default: $IMPASTO_MODEL, else Checkpoints/impasto.safetensors in the working folder or \
        one above it, else beside the executable or above it.
        """, valueName: "file"))
  var model: [String] = []

  @Option(
    help: ArgumentHelp(
      "Folder for photos, jobs and results (default: impasto/service in the user's cache).",
      valueName: "folder"))
  var data: String?

  func validate() throws {
    guard (0...65535).contains(port) else {
      throw ValidationError("--port \(port): expected a number from 0 to 65535")
    }
  }

  func run() throws {
    var configuration = ServiceConfiguration(
      models: model.isEmpty
        ? [try ModelSearch.path(given: nil)] : try model.map { try ModelSearch.path(given: $0) },
      data: try data ?? Self.usualData(), page: try Self.pageFolder())
    (configuration.host, configuration.port) = (host, port)
    let server = try StudioServer(configuration)
    let outcome = Outcome()
    Task { [host] in
      do {
        try await server.run(stopsBySignal: true) { port in
          Console.write("The studio is at http://\(host):\(port)", to: .standardOutput)
        }
        outcome.end(.success(()))
      } catch {
        outcome.end(.failure(error))
      }
    }
    try outcome.wait()
  }

  /// The end of the service, for which the main thread waits.
  private final class Outcome: Sendable {
    private let condition = NSCondition()
    private let result = Mutex<Result<Void, any Error>?>(nil)

    func end(_ result: Result<Void, any Error>) {
      condition.withLock {
        self.result.withLock { $0 = result }
        condition.signal()
      }
    }

    func wait() throws {
      let end = condition.withLock {
        while true {
          if let end = result.withLock({ $0 }) { return end }
          condition.wait()
        }
      }
      try end.get()
    }
  }

  private static func pageFolder() throws(ServiceError) -> String {
    guard let folder = ModelSearch.pageFolder else { throw .noStudio }
    return folder
  }

  private static func usualData() throws -> String {
    let cache = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
    return (cache?.path ?? "/tmp").appendingPath("impasto").appendingPath("service")
  }
}
