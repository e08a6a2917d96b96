import Foundation
import TestSupport
import Testing

/// Evaluations that the ranks of a job share.
@Suite(.serialized)
struct EvaluationRankTests {
  let folder: TemporaryFolder
  let program: Program
  let job: Job

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_CACHE": folder.file("cache")])
    job = try Job(program)
    try folder.installLossNetwork()
    try folder.makeModel("network.safetensors", styles: ["great-wave", "poppies"])
    for name in ["Styles/great-wave.png", "Styles/poppies.png"] {
      try folder.makePhoto(name, width: 70, height: 64)
    }
    for index in 0..<5 {
      try folder.makePhoto("photos/\(index).png", width: 70 + index, height: 72)
    }
  }

  /// Threads are given, since the bits of a loss depend on them.
  private let evaluate = [
    "evaluate", "--model", "network.safetensors", "--content", "photos", "--image-size", "64",
    "--style-size", "32", "--precision", "f32", "--threads", "1",
  ]

  @Test func `ranks measure what one process does, and rank 0 writes it`() throws {
    // It would be shown.
    try Data("no picture".utf8).write(to: folder.url("photos/1.png"))
    let all =
      evaluate + [
        "--against", "network.safetensors", "--against", "optimize:2", "--sizes", "64", "--shift",
        "-o", "all.json", "--report", "page.html",
      ]
    func files() throws -> [Data] {
      try ["all.json", "page.html"].map { try Data(contentsOf: folder.url($0)) }
    }
    let one = try program.run(all)
    #expect(one.exitCode == 0, "\(one.errors)")
    let expected = try files()
    #expect(String(decoding: expected[1], as: UTF8.self).contains("<figcaption>2.png</figcaption>"))
    for file in ["all.json", "page.html"] {
      try FileManager.default.removeItem(at: folder.url(file))
    }
    let outcome = try job.run(3, all)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output == one.output)
    #expect(try files() == expected)
    #expect(outcome.errors.components(separatedBy: "  photos/1.png: ").count == 2)
    #expect(outcome.errors.components(separatedBy: "2 styles, 5 photos at 64²").count == 2)
  }

  @Test func `a rank that is killed ends the job, and leaves whole files`() throws {
    let running = try job.start(
      2, evaluate + ["--photos", "2", "--against", "optimize:1000", "-o", "all.json"])
    while running.process.isRunning, !folder.exists("all.json") { usleep(2_000) }
    kill(try #require(running.children.last), SIGKILL)
    let outcome = try running.finish()
    #expect(outcome.exitCode != 0)
    #expect(outcome.errors.contains(/process rank 1 with PID \d+ on node \S+ exited on signal 9/))
    let result = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.url("all.json")))
    #expect((result as? [String: Any])?["is_finished"] as? Bool == false)
  }

  @Test func `ranks that are told to end keep what one process would have measured`() throws {
    let running = try job.start(
      2, evaluate + ["--against", "optimize:1000", "-o", "all.json"])
    while running.process.isRunning, !folder.exists("all.json") { usleep(2_000) }
    for rank in running.children { kill(rank, SIGTERM) }
    let outcome = try running.finish()
    #expect(outcome.exitCode != 0)
    let data = try Data(contentsOf: folder.url("all.json"))
    let result = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let count = try #require(result["photo_count"] as? Int)
    #expect(result["is_finished"] as? Bool == false)
    #expect(
      outcome.errors.contains("stopped after \(count) photo\(count == 1 ? "" : "s") of 5"),
      "\(outcome.errors)")
    let styles = try #require(result["styles"] as? [[String: Any]])
    for style in styles {
      let samples = try #require(style["samples"] as? [[String: Any]])
      #expect(samples.map { $0["photo"] as? String } == (0..<count).map { "\($0).png" })
    }
  }

  @Test func `ranks that would not measure the same are told what differs`() throws {
    let run = evaluate + ["-o", "all.json"]
    let outcome = try job.start([run, run + ["--style-names", "poppies"]]).finish()
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.contains(
        /error: rank 1 on \S+: would not compute the same as rank 0: model is [0-9a-f]+ and not [0-9a-f]+; styles/
      ), "\(outcome.errors)")
    #expect(!folder.exists("all.json"))
  }

  @Test func `a folder in which no rank can measure anything is an error`() throws {
    try folder.makeFolder("bad")
    for index in 0..<3 {
      try Data("no picture".utf8).write(to: folder.url("bad/\(index).png"))
    }
    let outcome = try job.run(2, evaluate + ["--content", "bad", "-o", "all.json"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.components(
        separatedBy: "error: bad: not one of its photos can be read; the first: bad/0.png: "
      ).count == 2, "\(outcome.errors)")
    #expect(!folder.exists("all.json"))
  }
}
