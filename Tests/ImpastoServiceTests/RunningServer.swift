import Foundation
import ImpastoFiles
import ImpastoService
import TestSupport

/// A server on a free port of this machine, with a data folder of its own.
struct RunningServer: Sendable {
  /// The checkpoint of the repository.
  static let model = repository.appendingPath("Checkpoints/impasto.safetensors")
  /// The folder of the repository.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  /// The folder of the page's files.
  static let page = repository.appendingPath("Sources/ImpastoService/Studio")
  /// A photo of 512×512 pixels.
  static let photo = repository.appendingPath("Docs/Pictures/astronaut.jpg")

  let port: Int
  let data: TemporaryFolder

  var client: Client { Client(port: port) }

  /// Starts a server, runs `body` and ends the server.
  static func run(
    _ change: (inout ServiceConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (RunningServer) async throws -> Void
  ) async throws {
    let data = try TemporaryFolder()
    var configuration = ServiceConfiguration(
      models: [model], data: data.path,
      page: page, program: Program.path(of: "impasto"))
    configuration.port = 0
    change(&configuration)
    let server = try StudioServer(configuration)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { port.finish() }
        try await server.run { port.yield($0) }
      }
      group.addTask {
        for await port in ports { return try await body(RunningServer(port: port, data: data)) }
      }
      try await group.next()
      group.cancelAll()
      while try await group.next() != nil {}
    }
  }
}
