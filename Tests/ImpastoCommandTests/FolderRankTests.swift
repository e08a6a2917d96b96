import Foundation
import TestSupport
import Testing

/// Folders that the ranks of a job share.
@Suite(.serialized)
struct FolderRankTests {
  let folder: TemporaryFolder
  let program: Program
  let job: Job

  init() throws {
    program = try Program.withModel()
    folder = program.folder
    job = try Job(program)
    for index in 0..<6 { try folder.makePhoto("in/\(index).png", width: 60 + index, height: 40) }
    try Data("no photo".utf8).write(to: folder.url("in/6.png"))
  }

  private let stylize = ["stylize", "in", "--style", "great-wave", "--threads", "1"]

  /// Makes all photos but the first so large that a job can be ended while they are painted.
  private func makeLargePhotos() throws {
    for index in 1..<6 { try folder.makePhoto("in/\(index).png", width: 1500, height: 1000) }
  }

  private func results(_ name: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file(name))
    return try Dictionary(
      uniqueKeysWithValues: names.filter { $0.hasSuffix(".png") }
        .map { ($0, try Data(contentsOf: folder.url("\(name)/\($0)"))) })
  }

  /// The photos in a manifest, sorted.
  private func inputs(_ name: String) throws -> [String] {
    let text = try String(contentsOf: folder.url("\(name)/manifest.jsonl"), encoding: .utf8)
    return text.matches(of: /"input":"([^"]*)"/).map { String($0.1) }.sorted()
  }

  @Test func `ranks paint a folder as one process does, and each photo is told once`() throws {
    #expect(try program.run(stylize + ["-o", "one"]).exitCode == 1)
    for ranks in [1, 3] {
      let outcome = try job.run(ranks, stylize + ["-o", "\(ranks)"])
      #expect(outcome.exitCode == 1)
      #expect(try results("\(ranks)") == results("one"))
      #expect(try inputs("\(ranks)") == inputs("one"))
      #expect(outcome.output.split(separator: "\n").count == 7)
      #expect(outcome.errors.components(separatedBy: "error: in/6.png: ").count == 2)
    }
    try FileManager.default.removeItem(at: folder.url("in/6.png"))
    let again = try job.run(2, stylize + ["-o", "one"])
    #expect(again.exitCode == 0)
    #expect(again.errors == "6 photos done before\n")
  }

  @Test func `ranks share the photos of each shard of a list`() throws {
    #expect(try program.run(stylize + ["-o", "one"]).exitCode == 1)
    try Data((0..<6).map { "in/\($0).png\n" }.joined().utf8).write(to: folder.url("list"))
    for shard in ["1/2", "2/2"] {
      let outcome = try job.run(
        2,
        ["stylize", "--list", "list", "--style", "great-wave", "-o", "out", "--shard", shard])
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    #expect(try results("out/in") == results("one"))
  }

  @Test func `photos are told as they are painted, though the list has stalled`() throws {
    #expect(try program.run(stylize + ["-o", "one"]).exitCode == 1)
    let writer = try folder.makePipe("pipe")
    let list = ["stylize", "--style", "great-wave", "--threads", "1", "-o", "out", "--list"]
    let running = try job.start(2, list + ["pipe"])
    try writer.write(contentsOf: Data("in/0.png\nin/1.png\nin/2".utf8))
    for _ in 0..<60_000
    where running.process.isRunning && (try? inputs("out"))?.count != 2 { usleep(2_000) }
    #expect(running.process.isRunning)
    #expect(try inputs("out") == ["in/0.png", "in/1.png"])
    for rank in running.children { kill(rank, SIGTERM) }
    let stopped = try running.finish()
    #expect(stopped.exitCode != 0)
    try writer.close()

    try Data((0..<6).map { "in/\($0).png\n" }.joined().utf8).write(to: folder.url("list"))
    let rest = try job.run(2, list + ["list"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(rest.errors.contains("2 photos done before\n"), "\(rest.errors)")
    #expect(try results("out/in") == results("one"))
  }

  @Test func `a rank that is killed ends the job, and the same command does the rest`() throws {
    try makeLargePhotos()
    #expect(try program.run(stylize + ["-o", "one"]).exitCode == 1)
    let running = try job.start(2, stylize + ["-o", "out"])
    while running.process.isRunning, !folder.exists("out/0-great-wave.png") { usleep(2_000) }
    let ranks = running.children
    #expect(ranks.count == 2)
    kill(try #require(ranks.last), SIGKILL)
    let killed = try running.finish()
    #expect(killed.exitCode != 0)
    #expect(killed.errors.contains(/process rank 1 with PID \d+ on node \S+ exited on signal 9/))
    let done = try results("out")
    #expect(done.count < 6)
    #expect(try done.allSatisfy { try results("one")[$0.key] == $0.value })

    let rest = try job.run(2, stylize + ["-o", "out"])
    #expect(rest.exitCode == 1)
    #expect(rest.errors.contains(/\d photos? done before\n/))
    #expect(try results("out") == results("one"))
  }

  @Test func `ranks that are told to end leave whole pictures, and the rest for the next time`()
    throws
  {
    try makeLargePhotos()
    let running = try job.start(2, stylize + ["-o", "out"])
    while running.process.isRunning, !folder.exists("out/0-great-wave.png") { usleep(2_000) }
    for rank in running.children { kill(rank, SIGTERM) }
    let stopped = try running.finish()
    #expect(stopped.exitCode != 0)
    #expect(stopped.errors.contains(": interrupted; nothing was written\n"))
    #expect(try results("out").count < 6)
    #expect(!folder.exists("out/.manifest.jsonl.lock"))
    let rest = try program.run(stylize + ["-o", "out"])
    #expect(rest.exitCode == 1)
    #expect(try results("out").count == 6)
  }

  @Test func `ranks that would not paint the same are told what differs`() throws {
    let run = stylize + ["-o", "out"]
    let outcome = try job.start([run, run + ["--size", "32"]]).finish()
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.contains(
        /error: rank 1 on \S+: would not compute the same as rank 0: size is 32 and not missing; give all ranks/
      ), "\(outcome.errors)")
    #expect(!folder.exists("out"))
  }

  @Test func `what one process has to do is refused once`() throws {
    for (arguments, text) in [
      (
        ["stylize", "in/0.png", "--style", "great-wave", "-o", "-"],
        "error: --output - is for one picture, which one process paints; start it without mpirun\n"
      ),
      (
        ["stylize", "none", "--style", "great-wave", "-o", "out"],
        "error: none: no such file or folder; check the name\n"
      ),
    ] {
      let outcome = try job.run(2, arguments)
      #expect(outcome.exitCode != 0)
      #expect(outcome.errors.components(separatedBy: text).count == 2, "\(outcome.errors)")
    }
  }
}
