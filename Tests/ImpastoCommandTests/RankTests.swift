import Foundation
import TestSupport
import Testing

/// Training that the ranks of a job share.
@Suite(.serialized)
struct RankTests {
  let folder: TemporaryFolder
  let program: Program
  let job: Job

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareAdding()
    job = try Job(program)
    // Of the nine photos three cannot be read, so that shares are not equal.
    for index in [1, 4, 5] {
      try Data("no photo".utf8).write(to: folder.url("photos/\(index).png"))
    }
  }

  /// Threads are given, since the bits of a filter's gradient depend on them.
  private let settings = [
    "--batch-size", "4", "--image-size", "32", "--style-size", "32", "--precision", "f32",
    "--threads", "1",
  ]
  private var train: [String] { Training.sources + settings }

  private func files(_ name: String) throws -> [Data] {
    try ["\(name).safetensors", "\(name).training/state.safetensors"].map {
      try Data(contentsOf: folder.url($0))
    }
  }

  /// The losses that the run called `name` has logged, without the speed.
  private func losses(_ name: String) throws -> [String] {
    try String(contentsOf: folder.url("\(name).training/losses.jsonl"), encoding: .utf8)
      .split(separator: "\n").map { String($0).replacing(/"images_per_second":[^,}]*/, with: "") }
  }

  @Test func `one, three and four ranks train the same network, bit for bit`() throws {
    let run = train + ["--steps", "2", "--shift-weight", "5"]
    for ranks in [1, 3, 4] {
      let outcome = try job.run(ranks, run + ["-o", "\(ranks).safetensors"])
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      #expect(outcome.output == "\(ranks).safetensors  2 steps\n\(ranks).training/report.html\n")
      #expect(outcome.errors.contains("skipped 2 photos:\n"), "\(outcome.errors)")
      #expect(try files("\(ranks)") == files("1"))
      #expect(try losses("\(ranks)") == losses("1"))
      #expect(folder.exists("\(ranks).training/sheet-000002.png"))
    }
  }

  @Test func `where no photo of a step can be read, another stands in for all ranks`() throws {
    for index in [0, 2, 3, 6, 7] {
      try Data("no photo".utf8).write(to: folder.url("photos/\(index).png"))
    }
    let run = Training.sources + Training.small + ["--threads", "1", "--steps", "3"]
    for ranks in [1, 2] {
      let outcome = try job.run(ranks, run + ["-o", "\(ranks).safetensors"])
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      #expect(try files("\(ranks)") == files("1"))
      #expect(try losses("\(ranks)") == losses("1"))
    }
    try Data("no photo".utf8).write(to: folder.url("photos/8.png"))
    let outcome = try job.run(2, run + ["-o", "none.safetensors"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.contains(
        "error: photos: not one of its photos can be read; the first: "), "\(outcome.errors)")
    #expect(!folder.exists("none.training"))
  }

  @Test func `ranks add a style to a network, bit for bit the same`() throws {
    let run =
      ["add-style", "styles/poppies.jpg", "--content", "photos", "--model", "model.safetensors"]
      + settings + ["--steps", "3", "--blend-steps", "1"]
    for ranks in [1, 2] {
      let outcome = try job.run(ranks, run + ["-o", "\(ranks).safetensors"])
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      #expect(try files("\(ranks)") == files("1"))
    }
  }

  @Test func `a rank that is killed ends the job, which goes on bit for bit with others`() throws {
    let run = train + ["--steps", "6", "--checkpoint-every", "1"]
    let whole = try job.run(1, run + ["-o", "whole.safetensors"])
    #expect(whole.exitCode == 0, "\(whole.errors)")

    let output = ["-o", "parts.safetensors"]
    let running = try job.start(2, run + output)
    while running.process.isRunning, try folder.stepsDone("parts") < 2 { usleep(2_000) }
    let ranks = running.children
    #expect(ranks.count == 2)
    kill(try #require(ranks.last), SIGKILL)
    let killed = try running.finish()
    #expect(killed.exitCode != 0)
    #expect(killed.errors.contains(/process rank 1 with PID \d+ on node \S+ exited on signal 9/))
    #expect(try folder.stepsDone("parts") < 6)

    let rest = try job.run(4, run + output + ["--resume"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(rest.errors.contains(", going on after step "), "\(rest.errors)")
    #expect(try files("parts") == files("whole"))
    #expect(try losses("parts") == losses("whole"))
  }

  @Test func `ranks that are told to end save, and one process goes on bit for bit`() throws {
    let run = train + ["--steps", "6"]
    let whole = try job.run(1, run + ["-o", "whole.safetensors"])
    #expect(whole.exitCode == 0, "\(whole.errors)")

    let output = ["-o", "parts.safetensors"]
    let running = try job.start(2, run + output)
    while running.process.isRunning, try folder.stepsDone("parts") < 1 { usleep(2_000) }
    // As mpirun does, which first waits for a second.
    for rank in running.children { kill(rank, SIGTERM) }
    let stopped = try running.finish()
    #expect(stopped.exitCode != 0)
    let done = try folder.stepsDone("parts")
    #expect(done < 6)
    #expect(
      stopped.output.contains("stopped after step \(done); go on with --resume\n"),
      "\(stopped.output)")

    let rest = try program.run(run + output + ["--resume"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(rest.errors.contains("going on after step \(done)\n"))
    #expect(try files("parts") == files("whole"))
  }

  @Test func `a run of one process that ranks take up says that its bits may differ`() throws {
    let run = train + ["-o", "m.safetensors", "--steps"]
    #expect(try program.run(run + ["1"]).exitCode == 0)
    let rest = try job.run(2, run + ["2", "--resume"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(
      rest.errors.contains(
        /computed with (\S+, oneDNN \S+) so far and with \1, photo by photo from here on/),
      "\(rest.errors)")
  }

  @Test func `ranks that would not train the same are told what differs`() throws {
    try folder.makePhoto("others/0.png", width: 80, height: 66)
    var weights = try Data(contentsOf: folder.url("cache/vgg19.safetensors"))
    weights[weights.count - 100] ^= 1
    try folder.makeFolder("other-cache")
    try weights.write(to: folder.url("other-cache/vgg19.safetensors"))
    let run = train + ["-o", "m.safetensors", "--steps", "2"]
    let others = run.map { $0 == "photos" ? "others" : $0 }
    for (ranks, variables, difference) in [
      ([run, others], [], "photos is [0-9a-f]+ and not [0-9a-f]+"),
      ([run, run + ["--seed", "9"]], [], "settings.seed is 9 and not 1"),
      (
        [run, run + ["--architecture", "published"]], [],
        "architecture is [0-9a-f]+ and not [0-9a-f]+"
      ),
      (
        [run, run], [[], ["IMPASTO_CACHE=\(folder.file("other-cache"))"]],
        "loss_network is [0-9a-f]+ and not [0-9a-f]+"
      ),
      (
        [run, run], [["IMPASTO_ISA=avx2"], ["IMPASTO_ISA=baseline"]],
        "arithmetic.1.instruction_set is baseline and not avx2"
      ),
    ] {
      let outcome = try job.start(ranks, variables: variables).finish()
      #expect(outcome.exitCode == 1)
      let text = try Regex(
        "error: rank 1 on \\S+: would not compute the same as rank 0: \(difference)(; [^;]*)*; give all ranks "
          + "the same files, options, program and kind of processor\n")
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
      #expect(!folder.exists("m.training"))
    }
  }

  @Test func `a rank that cannot begin is named with its reason`() throws {
    let run = train + ["-o", "m.safetensors", "--steps", "2"]
    let outcome = try job.start([run, run.map { $0 == "photos" ? "none" : $0 }]).finish()
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.contains(
        /error: rank 1 on \S+: none: no such folder; name a folder of photos/), "\(outcome.errors)")
    #expect(!folder.exists("m.training"))
  }

  @Test func `a mistake that all ranks make is told once`() throws {
    for (ranks, arguments, text) in [
      (
        5, train + ["-o", "m.safetensors"],
        """
        error: 5 ranks: a step has 4 photos, and each rank needs one; start 4 or fewer, or give a \
        larger --batch-size
        """
      ),
      (
        2, train + ["-o", "m.png"],
        "error: --output m.png: expected a name ending in .safetensors\n"
      ),
      (
        2, ["styles", "list", "--model", "model.safetensors"],
        "error: this command works in one process; start it without mpirun\n"
      ),
    ] {
      let outcome = try job.run(ranks, arguments)
      #expect(outcome.exitCode == 64)
      #expect(outcome.errors.components(separatedBy: text).count == 2, "\(outcome.errors)")
    }
  }
}
