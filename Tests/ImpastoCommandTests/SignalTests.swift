import Foundation
import ImpastoImaging
import ImpastoNetworks
import TestSupport
import Testing

/// What signals, closed pipes and closed streams leave of the work of every kind of command.
@Suite(.serialized)
struct SignalTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareAdding()
  }

  private let train = Training.sources + Training.small
  private let addStyle =
    ["add-style", "styles/poppies.jpg", "--content", "photos", "--model", "model.safetensors"]
    + Training.small

  /// Starts an optimisation whose every iteration takes seconds, however fast the processor is.
  private func startSlow() throws -> Program.Running {
    try folder.makePhoto("large.png", width: 256, height: 256)
    var program = program
    program.environment["IMPASTO_ISA"] = "baseline"
    return try program.start([
      "optimize", "large.png", "styles/poppies.jpg", "-o", "out.png", "--threads", "1",
      "--precision", "f32", "--scales", "1", "--save-every", "1",
    ])
  }

  /// Runs the program behind a line of a shell, which sees it as `"$0" "$@"`.
  private func run(_ line: String, _ arguments: [String]) throws -> Program.Outcome {
    var shell = program
    shell.executable = "/bin/sh"
    return try shell.run(["-c", line, program.executable] + arguments)
  }

  @Test(arguments: [SIGTERM, SIGHUP], ["train", "add-style"])
  func `a run that is told to end saves, also long before a save is due`(
    signal: Int32, command: String
  ) throws {
    let run = command == "train" ? train : addStyle
    let output = ["-o", "parts.safetensors"]
    let running = try program.start(run + output)
    while running.process.isRunning, try folder.stepsDone("parts") < 1 { usleep(5_000) }
    running.send(signal)
    let stopped = try running.finish()
    #expect(stopped.exitCode == 128 + signal, "\(stopped.errors)")
    let done = try folder.stepsDone("parts")
    #expect(stopped.output.contains("stopped after step \(done); go on with --resume\n"))

    let steps = ["--steps", "\(max(done, 40) + 2)"]
    let rest = try program.run(run + output + steps + ["--resume"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(rest.errors.contains("going on after step \(done)\n"))
    #expect(folder.names.filter { $0.hasPrefix(".") }.isEmpty)
  }

  @Test func `a terminal that closes does not stop what nohup has started`() throws {
    var shell = program
    shell.executable = "/bin/sh"
    let running = try shell.start(
      ["-c", "trap '' HUP; exec \"$0\" \"$@\"", program.executable] + train
        + ["-o", "m.safetensors", "--steps", "4"])
    while running.process.isRunning, try folder.stepsDone("m") < 1 { usleep(5_000) }
    running.send(SIGHUP)
    let outcome = try running.finish()
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("m.safetensors  4 steps\n"))
  }

  @Test func `saved by time, a run that is killed goes on from its last save`() throws {
    let output = ["-o", "m.safetensors"]
    let running = try program.start(
      train + output + ["--steps", "100000", "--checkpoint-minutes", "0"])
    while running.process.isRunning, !folder.exists("m.safetensors") { usleep(5_000) }
    running.send(SIGKILL)
    #expect(try running.finish().exitCode == 128 + SIGKILL)
    let steps = try folder.stepsDone("m") + 1
    let rest = try program.run(train + output + ["--resume", "--steps", "\(steps)"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(rest.errors.contains(", going on after step "))
  }

  @Test(arguments: ["train", "add-style"])
  func `a run that was killed before its first save begins again and says so`(
    command: String
  ) throws {
    let run = (command == "train" ? train : addStyle) + ["-o", "m.safetensors"]
    let running = try program.start(run + ["--steps", "100000"])
    while running.process.isRunning, try folder.stepsDone("m") < 2 { usleep(5_000) }
    running.send(SIGKILL)
    #expect(try running.finish().exitCode == 128 + SIGKILL)
    #expect(!folder.exists("m.training/state.safetensors"))

    let again = try program.run(run + ["--resume", "--steps", "42"])
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.errors.contains("m.training: this run has never been saved; it begins again\n"))
    #expect(try folder.stepsDone("m") == 42)
  }

  @Test(arguments: ["2>&1 | head -1", "2>&- >&-", "</dev/null >/dev/full 2>/dev/full"])
  func `training does not end because nobody reads what it tells`(streams: String) throws {
    _ = try run("\"$0\" \"$@\" \(streams)", train + ["-o", "m.safetensors", "--steps", "4"])
    let model = try StyleModel(contentsOf: folder.file("m.safetensors"))
    #expect(model.styles.map(\.name) == ["great-wave", "poppies"])
    #expect(model.trainingSettings["completed_steps"] == "4")
    #expect(folder.exists("m.training/report.html"))
  }

  /// Ctrl-C goes to all that a line of a shell has started: what reads the words ends too.
  @Test(arguments: ["", "2>&1"])
  func `Ctrl-C to training and to what its words are piped into saves`(streams: String) throws {
    var shell = program
    shell.executable = "/bin/sh"
    // The shells outlive the signal, to tell how the program ended.
    let line = """
      trap : INT
      { trap : INT; "$0" "$@" \(streams); echo $? > status; } | tee log
      """
    let run = train + ["-o", "m.safetensors"]
    let running = try shell.start(["-c", line, program.executable] + run)
    while running.process.isRunning, try folder.stepsDone("m") < 2 { usleep(5_000) }
    kill(-running.process.processIdentifier, SIGINT)
    let outcome = try running.finish()
    let status = try String(contentsOf: folder.url("status"), encoding: .utf8)
    #expect(status == "\(128 + SIGINT)\n", "\(outcome.errors)")

    let done = try folder.stepsDone("m")
    let steps = ["--steps", "\(max(done, 40) + 2)"]
    let rest = try program.run(run + steps + ["--resume"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(rest.errors.contains("going on after step \(done)\n"), "\(rest.errors)")
  }

  /// A large photo that lies on its side, so that all of it is decoded before its first row is there.
  private func turnedPhoto() throws -> Data {
    let (width, height) = (4000, 3000)
    var random = SystemRandomNumberGenerator()
    let noise = (0..<width * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
    let pixels = [[UInt8]](repeating: noise, count: height)
    let jpeg = try Image(width: width, height: height, pixels: Array(pixels.joined()))
      .encoded(as: .jpeg, quality: 95)
    let turned: [UInt8] =
      [0xFF, 0xE1, 0, 34] + Array("Exif\0\0II*\0".utf8)
      + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
    return jpeg.prefix(2) + turned + jpeg.dropFirst(2)
  }

  @Test func `told to end while a photo is decoded that turns out to be damaged, the run ends`()
    throws
  {
    let photo = try turnedPhoto()
    try photo.prefix(photo.count * 3 / 4).write(to: folder.url("large.jpg"))
    let running = try program.start([
      "stylize", "large.jpg", "photos/0.png", "--style", "dots", "-o", "out", "--model",
      "model.safetensors",
    ])
    while running.process.isRunning,
      !running.catches(SIGTERM) || running.bytesRead < photo.count / 4
    { usleep(1_000) }
    running.send(SIGTERM)
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGTERM && outcome.output == "dots 1\n")
    #expect(
      outcome.errors.contains("error: large.jpg: the JPEG file is damaged or incomplete"),
      "\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).isEmpty)
  }

  @Test func `told to end while a large photo is decoded, nothing is left`() throws {
    let photo = try turnedPhoto()
    try photo.write(to: folder.url("large.jpg"))
    let names = folder.names
    let running = try program.start([
      "stylize", "large.jpg", "--style", "dots", "-o", "out.png", "--model", "model.safetensors",
    ])
    while running.process.isRunning,
      !running.catches(SIGTERM) || running.bytesRead < photo.count / 2
    { usleep(1_000) }
    running.send(SIGTERM)
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGTERM && outcome.output == "dots 1\n")
    #expect(
      outcome.errors.hasSuffix("error: out.png: interrupted; nothing was written\n"),
      "\(outcome.errors)")
    #expect(folder.names == names)
  }

  @Test func `a folder is painted to its end though nobody reads the list`() throws {
    let outcome = try run(
      "\"$0\" \"$@\" | head -1",
      ["stylize", "photos", "--style", "dots", "-o", "out", "--model", "model.safetensors"])
    #expect(outcome.output == "dots 1\n")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
    #expect(names.count { $0 != "manifest.jsonl" } == 9)
  }

  @Test
  func
    `signals that come together count as one, and before its first iteration optimize leaves its output alone`()
    throws
  {
    var (outcome, names, sending): (Program.Outcome, [String], Duration)
    repeat {
      for name in ["out-progress", "out-progress.gif"] where folder.exists(name) {
        try FileManager.default.removeItem(at: folder.url(name))
      }
      try Data("before".utf8).write(to: folder.url("out.png"))
      names = (Set(folder.names + ["large.png"])).sorted()
      let running = try startSlow()
      while running.process.isRunning, try running.errors.isEmpty { usleep(1_000) }
      sending = ContinuousClock().measure {
        for _ in 0..<3 {
          running.process.interrupt()
          usleep(10_000)
        }
      }
      outcome = try running.finish()
      // A busy machine may have let the first iteration begin before, or this test sleep longer.
    } while outcome.errors.contains("1/100") || sending > .milliseconds(200)
    #expect(outcome.exitCode == 128 + SIGINT && outcome.output.isEmpty)
    #expect(
      outcome.errors.hasSuffix("error: out.png: interrupted; nothing was written\n"),
      "\(outcome.errors)")
    #expect(try Data(contentsOf: folder.url("out.png")) == Data("before".utf8))
    #expect(folder.names == names)
  }

  @Test func `a second signal ends at once`() throws {
    let running = try startSlow()
    while running.process.isRunning, !folder.exists("out-progress/frame-0001.png") { usleep(1_000) }
    // In the middle of the first iteration.
    usleep(200_000)
    running.process.interrupt()
    usleep(600_000)
    running.process.terminate()
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGTERM)
    #expect(!outcome.errors.contains("interrupted"))
    #expect(!folder.exists("out.png") && !folder.exists("out-progress.gif"))
  }

  @Test func `when the work is done signals do again what they did before`() throws {
    // More than a pipe holds, so that the program waits with its last words.
    let words = Pipe()
    let running = try program.start(
      [
        "interpolate", "photos/0.png", "--through", "dots,waves", "--frames", "1500", "--json",
        "-o", "a.gif", "--size", "32", "--model", "model.safetensors",
      ], output: words.fileHandleForWriting)
    while running.process.isRunning, !running.catches(SIGINT) { usleep(1_000) }
    while running.process.isRunning, running.catches(SIGINT) { usleep(1_000) }
    #expect(running.process.isRunning && folder.exists("a.gif"))
    running.process.interrupt()
    #expect(try running.finish().exitCode == 128 + SIGINT)
    #expect(try DecodedAnimation(folder.file("a.gif")).frames.count == 1500)
  }

  @Test(arguments: [
    ["sheet", "photos/0.png", "-o", "out.png"],
    [
      "grid", "photos/0.png", "--corners", "dots,waves,photo,dots", "--steps", "50", "-o",
      "out.png",
    ],
  ])
  func `a sheet that is stopped is not written`(command: [String]) throws {
    let styles = (1...200).map { "style-\($0)" }
    try folder.makeModel("many.safetensors", styles: styles + ["dots", "waves"])
    try Data("before".utf8).write(to: folder.url("out.png"))
    let running = try program.start(command + ["--model", "many.safetensors", "--size", "200"])
    while running.process.isRunning, try running.errors.isEmpty { usleep(1_000) }
    running.send(SIGHUP)
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGHUP && outcome.output.isEmpty)
    #expect(outcome.errors.hasSuffix("error: out.png: interrupted; nothing was written\n"))
    #expect(try Data(contentsOf: folder.url("out.png")) == Data("before".utf8))
  }

  @Test func `a run on photos of which none can be read leaves nothing`() throws {
    for index in 0..<9 { try Data("no picture".utf8).write(to: folder.url("photos/\(index).png")) }
    let before = folder.names
    let outcome = try program.run(train + ["-o", "m.safetensors"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.contains("error: photos: not one of its photos can be read; the first: "))
    #expect(folder.names == before)
  }
}
