import Foundation
import TestSupport
import Testing

/// What keeps two processes from writing into each other's results.
@Suite(.serialized)
struct LockTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareAdding()
  }

  /// What a command has said, with a word in place of the time at which the other began.
  private func timeless(_ outcome: Program.Outcome) -> String {
    outcome.errors.replacing(#/since [0-2]\d:[0-5]\d\)/#, with: "since TIME)")
  }

  @Test(arguments: ["train", "add-style"])
  func `a second run on the output of a live one is refused, and one on that of a dead one is not`(
    command: String
  ) throws {
    let sources =
      command == "train"
      ? Training.sources
      : ["add-style", "styles/poppies.jpg", "--content", "photos", "--model", "model.safetensors"]
    let run = sources + Training.small + ["-o", "m.safetensors"]
    let live = try program.start(run + ["--steps", "100000", "--checkpoint-minutes", "0"])
    let process = "process \(live.process.processIdentifier), since TIME"
    while live.process.isRunning, try folder.stepsDone("m") < 2 { usleep(5_000) }
    for options in [[], ["--resume"]] {
      let second = try program.run(run + options)
      #expect(second.exitCode == 1)
      #expect(
        timeless(second) == """
          error: m.training: another impasto (\(process)) is training into it; wait for its end, or \
          name another --output

          """)
    }
    live.send(SIGKILL)
    _ = try live.finish()
    let done = try folder.stepsDone("m")
    let next = try program.run(run + ["--resume", "--steps", "\(max(42, done + 2))"])
    #expect(next.exitCode == 0, "\(next.errors)")
    #expect(next.errors.contains("going on after step "))
  }

  @Test(arguments: [["-o", "all.json"], ["--report", "page.html"]])
  func `two evaluations do not write the same file`(output: [String]) throws {
    try folder.makePhoto("Styles/dots.png", width: 70, height: 64)
    let evaluate =
      ["evaluate", "--model", "model.safetensors", "--content", "photos", "--styles", "Styles"]
      + ["--precision", "f32", "--image-size", "64", "--style-size", "64"] + output
    let live = try program.start(evaluate + ["--against", "optimize:1000"])
    let process = "process \(live.process.processIdentifier), since TIME"
    while live.process.isRunning, !folder.exists(output[1]) { usleep(5_000) }
    let second = try program.run(evaluate)
    #expect(second.exitCode == 1)
    #expect(
      timeless(second) == """
        error: \(output[1]): another impasto (\(process)) is writing it; wait for its end, or name \
        another \(output[0] == "-o" ? "--output" : output[0])

        """)
    live.send(SIGTERM)
    #expect(try live.finish().exitCode == 128 + SIGTERM)
    #expect(!folder.names.contains { $0.hasPrefix(".") })
  }

  @Test func `frames of a live process bar others, those of one that was killed are removed`()
    throws
  {
    let frames = [
      "interpolate", "photos/1.png", "--through", "dots,waves", "-o", "frames", "--model",
      "model.safetensors",
    ]
    func written() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.file("frames")).sorted()
    }
    let live = try program.start(frames + ["--frames", "9999"])
    let process = "process \(live.process.processIdentifier), since TIME"
    while live.process.isRunning, !folder.exists("frames/frame-0009.png") { usleep(1_000) }
    let second = try program.run(frames + ["--frames", "3"])
    #expect(second.exitCode == 1)
    #expect(
      timeless(second) == """
        error: frames: another impasto (\(process)) is writing frames into it; wait for its end, or \
        name another --output

        """)
    live.send(SIGKILL)
    _ = try live.finish()
    #expect(try written().contains("frame-0009.png"))

    let next = try program.run(frames + ["--frames", "3"])
    #expect(next.exitCode == 0, "\(next.errors)")
    #expect(try written() == (1...3).map { "frame-000\($0).png" })
  }
}
