import Foundation
import ImpastoFiles
import TestSupport
import Testing

/// `impasto serve` as a process that can be killed, and does not outlive the test that has started it.
final class ServerProcess {
  let process = Process()
  let client: Client

  /// Starts a server on a data folder and waits until it answers.
  ///
  /// - Parameters:
  ///   - fileLimit: The size of the largest file that it may write, in units of 512 bytes.
  ///   - cache: The folder of the loss network.
  init(data: String, fileLimit: Int? = nil, cache: String? = nil) throws {
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c", "ulimit -f \(fileLimit.map { "\($0)" } ?? "unlimited"); exec \"$@\"", "sh",
      Program.path(of: "impasto"), "serve", "--port", "0", "--data", data, "--model",
      RunningServer.model,
    ]
    if let cache {
      process.environment = ProcessInfo.processInfo.environment
        .merging(["IMPASTO_CACHE": cache]) { $1 }
    }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    let port = try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1, "\(line)")
    client = Client(port: try #require(Int(port)))
  }

  deinit { if process.isRunning { end(by: SIGKILL) } }

  /// The processes that it leads.
  var children: [Int32] {
    let id = process.processIdentifier
    let tasks = (try? Directory.names(in: "/proc/\(id)/task")) ?? []
    return tasks.flatMap { task in
      let path = "/proc/\(id)/task/\(task)/children"
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { Int32($0) }
    }
  }

  func end(by signal: Int32) {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
  }

  /// Sends a photo and asks for a job with it.
  ///
  /// - Parameter input: The setting that names the photo.
  func submit(
    _ settings: [String: Any], kind: String = "stylize", input: String = "photo"
  ) async throws -> String {
    let photo = try await client.post(
      "/api/v1/photos", Data(contentsOf: URL(filePath: RunningServer.photo)), type: "image/jpeg")
    let id = try #require(try photo.json["id"] as? String)
    let job = try await client.post(
      "/api/v1/jobs",
      json: ["kind": kind, "settings": settings.merging([input: id]) { $1 }])
    #expect(job.status == 202)
    return try #require(job.fields["location"])
  }

  func state(_ job: String) async throws -> String? {
    try await client.get(job).json["state"] as? String
  }

  /// Waits until a job is in a state.
  func wait(for state: String, of job: String) async throws {
    while try await self.state(job) != state { try await Task.sleep(for: .milliseconds(20)) }
  }
}
