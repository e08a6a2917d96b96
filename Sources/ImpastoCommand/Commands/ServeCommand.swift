import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoService
import ImpastoSessions

/// `impasto serve`: the studio, a web page, and the service behind it.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the studio, a web page, and its programming interface.",
    usage: "impasto serve [<options>]",
    discussion: """
      Examples:
        impasto serve
        impasto serve --open
        impasto serve --port 9000 --model impasto --model mine.safetensors
        impasto serve --host 0.0.0.0 --allow-host studio.example

      Then open the address that is printed. Ctrl-C ends the service; jobs that are not done go on \
      when it starts again.
      """)

  @Option(
    help: ArgumentHelp(
      "Name or address to listen on; others than this machine's own need a token.",
      valueName: "name"))
  var host = "127.0.0.1"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Port to listen on; 0 for any that is free.", valueName: "n"))
  var port = 8080

  @Option(
    help: ArgumentHelp(
      "Checkpoint to paint with, a file or the name of a model; may be repeated.",
      discussion: """
        The first is used where a request names none. Default: as of the other commands.
        """, valueName: "file or name"))
  var model: [String] = []

  @Option(
    help: ArgumentHelp(
      "Folder for photos, jobs and results (default: impasto/service in the user's cache).",
      valueName: "folder"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Another name by which the service is reached; may be repeated.", valueName: "name"))
  var allowHost: [String] = []

  @Option(
    help: ArgumentHelp(
      "File with the token that clients need (default: none on this machine, else a new one).",
      valueName: "file"))
  var tokenFile: String?

  @Flag(help: "Open the studio in the browser.")
  var open = false

  func validate() throws {
    try OptionRange.check("port", port, 0...65535)
  }

  func run() throws {
    guard let page = ModelSearch.pageFolder else { throw ServiceError.noStudio }
    var configuration = ServiceConfiguration(
      models: model.isEmpty
        ? [try ModelSearch.path(given: nil)] : try model.map { try ModelSearch.path(given: $0) },
      data: data ?? DataFolder.usualPath, page: page,
      program: StartedProgram.path ?? CommandLine.arguments[0])
    configuration.check = Self.check
    (configuration.host, configuration.port) = (host, port)
    let isEverywhere = ["0.0.0.0", "::"].contains(host)
    let name = isEverywhere ? ProcessInfo.processInfo.hostName : host
    configuration.allowedHosts = allowHost + [name]
    configuration.token = try token()
    let (server, token, opens) = (try StudioServer(configuration), configuration.token, open)
    let run = BlockingRun()
    Task {
      do {
        try await server.run(stopsBySignal: true) { port in
          let host = name.contains(":") ? "[\(name)]" : name
          let address = "http://\(host):\(port)/" + (token.map { "#token=\($0)" } ?? "")
          Console.write("The studio is at \(address)", to: .standardOutput)
          if opens { Self.openBrowser(address) }
        }
        run.end(with: .success(()))
      } catch {
        run.end(with: .failure(error))
      }
    }
    try run.wait()
  }

  /// The token that clients need; nil where only this machine is listened to.
  private func token() throws -> String? {
    if let tokenFile { return try ServiceConfiguration.token(in: tokenFile) }
    let isOwn = host == "localhost" || host == "::1" || host.hasPrefix("127.")
    return isOwn ? nil : ServiceConfiguration.newToken()
  }

  /// Refuses words after `impasto` that the command line would refuse.
  @Sendable private static func check(_ words: [String]) throws {
    do {
      _ = try Impasto.parseAsRoot(words)
    } catch {
      throw ServiceError.malformed(Impasto.message(for: error))
    }
  }

  private static func openBrowser(_ address: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["xdg-open", address]
    process.standardError = FileHandle.nullDevice
    // Whoever has no browser here has read the address.
    try? process.run()
  }
}
