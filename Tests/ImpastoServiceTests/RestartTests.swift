import Foundation
import ImpastoFiles
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3))) struct RestartTests {
  private let folder: TemporaryFolder
  private var data: String { folder.file("data") }

  init() throws { folder = try TemporaryFolder() }

  @Test func `a server that is killed loses no accepted job, and leaves no process`() async throws {
    let frames: [String: Any] = ["through": ["great-wave", "photo"], "frames": 12, "size": 128]
    let first = try ServerProcess(data: data)
    let jobs = [
      try await first.submit(frames, kind: "interpolate"),
      try await first.submit(["styles": "great-wave", "size": 64]),
    ]
    try await first.wait(for: "running", of: jobs[0])
    let children = first.children
    #expect(children.count == 1)
    first.end(by: SIGKILL)
    for child in children {
      while kill(child, 0) == 0, !isZombie(child) { usleep(10_000) }
    }

    // A job that was accepted the moment before.
    let second = try ServerProcess(data: data)
    let last = try await second.submit(["styles": "great-wave", "size": 96])
    second.end(by: SIGKILL)

    let third = try ServerProcess(data: data)
    for job in jobs + [last] {
      try await third.wait(for: "done", of: job)
      let result = try await third.client.get("\(job)/result")
      let told = try await third.client.get(job).json["result"] as? [String: Any]
      #expect(result.status == 200 && result.body.count == told?["bytes"] as? Int)
    }
    third.end(by: SIGTERM)
  }

  @Test func `a server that is asked to end lets its job go on at the next start`() async throws {
    let first = try ServerProcess(data: data)
    let job = try await first.submit(
      ["through": ["great-wave", "photo"], "frames": 60, "size": 128], kind: "interpolate")
    try await first.wait(for: "running", of: job)
    first.end(by: SIGTERM)
    let second = try ServerProcess(data: data)
    try await second.wait(for: "done", of: job)
    second.end(by: SIGTERM)
  }

  @Test func `a job during which the server ends again and again is given up`() async throws {
    var server = try ServerProcess(data: data)
    let job = try await server.submit(
      ["through": ["great-wave", "photo"], "frames": 9999], kind: "interpolate")
    for _ in 0..<10 {
      try await server.wait(for: "running", of: job)
      server.end(by: SIGKILL)
      server = try ServerProcess(data: data)
    }
    let told = try await server.client.get(job).json
    #expect(told["state"] as? String == "failed")
    let problem = told["problem"] as? [String: Any]
    #expect(
      problem?["detail"] as? String
        == "the server ended 10 times during this job, which was given up; try a smaller one")
    server.end(by: SIGTERM)
  }

  @Test func `a training that goes on after a kill has its pictures still`() async throws {
    let cache = folder.file("cache")
    try Directory.make(cache)
    try FormulaLossNetwork.write(to: cache.appendingPath("vgg19.safetensors"))
    let first = try ServerProcess(data: data, cache: cache)
    let job = try await first.submit(
      ["name": "mine", "steps": 10_000, "imageSize": 32, "batchSize": 1], kind: "add-style",
      input: "painting")
    var picture: String?
    while picture == nil {
      picture = try await first.client.get(job).json["preview"] as? String
      try await Task.sleep(for: .milliseconds(50))
    }
    first.end(by: SIGKILL)
    let second = try ServerProcess(data: data, cache: cache)
    try await second.wait(for: "running", of: job)
    #expect(try await second.client.get(job).json["preview"] is String)
    let answer = try await second.client.get(try #require(picture))
    #expect(answer.status == 200 && answer.fields["content-type"] == "image/png")
    #expect(try await second.client.delete(job).status == 204)
    second.end(by: SIGTERM)
  }

  @Test func `a second server on the same data is refused`() throws {
    let first = try ServerProcess(data: data)
    let outcome = try Program(folder: folder).run(
      "serve", "--port", "0", "--data", data, "--model", RunningServer.model)
    first.end(by: SIGTERM)
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.hasPrefix(
        "error: \(data): another impasto serve (process \(first.process.processIdentifier), since ")
    )
  }

  private func isZombie(_ process: Int32) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status?.contains(") Z ") ?? true
  }
}
