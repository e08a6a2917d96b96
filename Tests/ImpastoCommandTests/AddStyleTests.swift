import Foundation
import ImpastoCompute
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

/// Small runs of `impasto add-style` with a loss network that a formula makes.
@Suite(.serialized)
struct AddStyleTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareAdding()
  }

  private static let old = ["dots", "waves", "photo"]
  private let add = ["add-style", "--content", "photos", "--model", "model.safetensors"]
  private let paintings = ["styles/Great Wave.png", "styles/poppies.jpg"]
  private let small = Training.small + ["--blend-steps", "2"]

  /// Holds on every set of instructions.
  @Test(arguments: ["f32", "bf16"])
  func `every picture of every old style stays the same, bit for bit`(precision: String) throws {
    guard precision == "f32" || OneDNNBackend.hasBFloat16Arithmetic else { return }
    let checkpoint = try Data(contentsOf: folder.url("model.safetensors"))
    let added = try program.run(
      add + paintings + Training.small.dropLast()
        + [precision, "--steps", "5", "--blend-steps", "2", "-o", "mine.safetensors", "--json"])
    #expect(added.exitCode == 0, "\(added.errors)")
    #expect(try Data(contentsOf: folder.url("model.safetensors")) == checkpoint)

    try folder.makePhoto("photo.png", width: 41, height: 30)
    for mixture in Self.old + ["dots:0.3,waves:0.5,photo:0.2"] {
      for model in ["model", "mine"] {
        let outcome = try program.run(
          "stylize", "photo.png", "--style", mixture, "--model", "\(model).safetensors",
          "--precision", precision, "-o", "\(model).png")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
      }
      #expect(
        try Data(contentsOf: folder.url("mine.png"))
          == Data(contentsOf: folder.url("model.png")), "\(mixture)")
    }
    let (before, after) = try (model("model"), model("mine"))
    #expect(after.fingerprint == before.fingerprint)
    #expect(after.trainingSettings == before.trainingSettings)
    #expect(after.bank.names == ["dots", "waves", "great-wave", "poppies", "photo"])
    for name in ["dots", "waves"] {
      #expect(try after.style(named: name) == before.style(named: name))
    }
    #expect(try after.style(named: "poppies").scale != after.style(named: "great-wave").scale)

    let result = try added.json()
    #expect(
      result.keys.sorted() == [
        "blends", "checkpoint", "finished", "losses", "report", "skipped", "steps",
      ])
    let blends = try #require(result["blends"] as? [String: [String: Double]])
    #expect(blends.keys.sorted() == ["great-wave", "poppies"])
    for shares in blends.values {
      #expect(shares.keys.sorted() == ["dots", "waves"])
      #expect(abs(shares.values.reduce(0, +) - 1) < 1e-6)
    }
  }

  @Test func `a style carries what is known of its painting and how it was trained`() throws {
    let listed = """
      {"styles":[{"name":"poppies","title":"Poppies","artist":"Hokusai","year":"c. 1831",\
      "licence":"Public domain","source":"a museum"}]}
      """
    try Data(listed.utf8).write(to: folder.url("styles/styles.json"))
    let outcome = try program.run(
      add + small + [
        "styles/poppies.jpg", "--name", "red-field", "--year", "1831", "--match-colors",
        "--steps", "3", "--seed", "7", "-o", "mine.safetensors",
      ])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output == "mine.safetensors  red-field  3 steps\nmine.training/report.html\n")
    #expect(outcome.errors.hasPrefix("1 style, 8 photos, 3 steps of 2 at 32²\n"))
    let style = try model("mine").style(named: "red-field")
    #expect(
      style.description
        == StyleDescription(
          name: "red-field", title: "Poppies", artist: "Hokusai", year: "1831",
          licence: "Public domain", source: "a museum"))
    #expect(style.thumbnail != nil)
    let settings = style.trainingSettings
    #expect(settings["steps"] == "3" && settings["seed"] == "7" && settings["blend_steps"] == "2")
    #expect(settings["match_colors"] == "true" && settings["learning_rate"] == "0.06")
    #expect(settings["blend"]?.contains("waves:") == true)
    for file in ["losses.jsonl", "run.json", "sheet-000003.png", "state.safetensors"] {
      #expect(folder.exists("mine.training/\(file)"), "\(file)")
    }
    let report = try String(contentsOf: folder.url("mine.training/report.html"), encoding: .utf8)
    #expect(report.contains("<h1>red-field</h1>"))
    #expect(report.contains("<th>colours</th><td>those of the photos</td>"))

    let plain = try program.run(
      add + small + [
        "styles/poppies.jpg", "--name", "red-field", "--steps", "3", "--seed", "7",
        "-o", "plain.safetensors",
      ])
    #expect(plain.exitCode == 0, "\(plain.errors)")
    #expect(try model("plain").style(named: "red-field").shift != style.shift)
    #expect(try model("plain").styleSettings["red-field"]?["match_colors"] == nil)
  }

  /// Holds on every set of instructions.
  @Test func `stopped by Ctrl-C it writes no checkpoint, and goes on to the same bits`() throws {
    let run = add + small + paintings + ["--steps", "12"]
    let whole = try program.run(run + ["-o", "whole.safetensors"])
    #expect(whole.exitCode == 0, "\(whole.errors)")

    let running = try program.start(run + ["-o", "parts.safetensors"])
    while running.process.isRunning, try folder.stepsDone("parts") < 1 { usleep(5_000) }
    running.process.interrupt()
    let stopped = try running.finish()
    let done = try folder.stepsDone("parts")
    #expect(stopped.exitCode == 128 + SIGINT && (1..<12).contains(done))
    #expect(
      stopped.output.hasPrefix(
        "parts.safetensors is not written: stopped after step \(done); go on with --resume\n"))
    #expect(!folder.exists("parts.safetensors"))

    let rest = try program.run(
      add + paintings + ["--resume", "-o", "parts.safetensors"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    for file in [".safetensors", ".training/state.safetensors"] {
      #expect(
        try Data(contentsOf: folder.url("whole\(file)"))
          == Data(contentsOf: folder.url("parts\(file)")), "\(file)")
    }
  }

  @Test func `in place, what came into the checkpoint during the run is kept`() throws {
    let run = add + small + ["styles/poppies.jpg", "--in-place"]
    let before = try Data(contentsOf: folder.url("model.safetensors"))
    let running = try program.start(run + ["--steps", "100000"])
    while running.process.isRunning, try folder.stepsDone("model.poppies") < 1 { usleep(5_000) }
    running.process.interrupt()
    let stopped = try running.finish()
    #expect(stopped.exitCode == 128 + SIGINT, "\(stopped.errors)")
    #expect(stopped.output.hasPrefix("model.safetensors is unchanged: stopped after step "))
    #expect(try Data(contentsOf: folder.url("model.safetensors")) == before)

    let old = try model("model")
    let dots = try old.style(named: "dots")
    let other = Style(
      description: StyleDescription(name: "meanwhile"), scale: dots.scale, shift: dots.shift)
    try old.adding(other).write(to: folder.file("model.safetensors"))
    let steps = try folder.stepsDone("model.poppies")
    let rest = try program.run(run + ["--resume", "--steps", "\(max(3, steps + 1))"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(
      try model("model").bank.names == ["dots", "waves", "meanwhile", "poppies", "photo"])

    let again = try program.run(run)
    #expect(again.exitCode == 64)
    #expect(
      again.errors.hasPrefix(
        """
        error: styles/poppies.jpg: model.safetensors has a style named “poppies” already; choose \
        another with --name

        """))
  }

  @Test func `another network in the checkpoint's place is not written over`() throws {
    let run = add + small + ["styles/poppies.jpg", "-o", "mine.safetensors"]
    let running = try program.start(run + ["--steps", "100000"])
    while running.process.isRunning, try folder.stepsDone("mine") < 1 { usleep(5_000) }
    try folder.makeModel("model.safetensors", seed: 9)
    running.process.interrupt()
    #expect(try running.finish().exitCode == 128 + SIGINT)
    let resumed = try program.run(run + ["--resume"])
    #expect(resumed.exitCode == 64)
    #expect(resumed.errors.hasPrefix("error: --model: this run began with the network "))
    #expect(resumed.errors.contains("; name its checkpoint\n"))
    #expect(!folder.exists("mine.safetensors"))
  }

  @Test func `a run goes on only with the command that began it`() throws {
    let begun = try program.run(
      add + small + ["styles/poppies.jpg", "--steps", "3", "-o", "mine.safetensors"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let resume = add + ["styles/poppies.jpg", "-o", "mine.safetensors", "--resume"]
    for (options, text) in [
      (["--match-colors"], "this run began without --match-colors; leave it out"),
      (
        ["--blend-steps", "3"],
        "--blend-steps 3: this run began with 2, which --resume keeps; leave --blend-steps out, "
          + "or begin a new run under another --output"
      ),
      (["--name", "other"], "this run began with the styles poppies; name the same"),
    ] {
      let outcome = try program.run(resume + options)
      #expect(outcome.exitCode == 64)
      #expect(outcome.errors.hasPrefix("error: \(text)\n"), "\(outcome.errors)")
    }
    let train = try program.run(
      Training.sources + [
        "--style-names", "poppies", "--from", "model.safetensors", "-o", "mine.safetensors",
        "--resume",
      ])
    #expect(train.exitCode == 64)
    #expect(
      train.errors.hasPrefix("error: this run was begun by `impasto add-style`; go on so\n"))
  }

  @Test func `a compacted checkpoint stays compact, and its new style travels with its settings`()
    throws
  {
    let photo = ["stylize", "photos/0.png", "--model"]
    #expect(
      try program.run("model", "compact", "model.safetensors", "-o", "small.safetensors").exitCode
        == 0)
    let added = try program.run(
      [
        "add-style", "styles/poppies.jpg", "--content", "photos", "--model", "small.safetensors",
        "-o", "mine.safetensors", "--steps", "3",
      ] + small)
    #expect(added.exitCode == 0, "\(added.errors)")
    let (before, after) = try (model("small"), model("mine"))
    #expect(after.fingerprint == before.fingerprint)
    let header = String(
      decoding: try Data(contentsOf: folder.url("mine.safetensors")), as: UTF8.self)
    #expect(header.contains(#""network.encoder.1.weight":{"dtype":"F16""#))
    for (style, old) in [("dots", "small"), ("waves:1,photo:1", "small")] {
      for (file, picture) in [(old, "old.png"), ("mine", "new.png")] {
        let outcome = try program.run(
          photo + ["\(file).safetensors", "--style", style, "-o", picture, "--precision", "f32"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
      }
      #expect(
        try Data(contentsOf: folder.url("new.png")) == Data(contentsOf: folder.url("old.png")))
    }

    for arguments in [
      ["export", "poppies", "--model", "mine.safetensors"],
      ["import", "poppies.style.safetensors", "--model", "small.safetensors"],
    ] {
      let outcome = try program.run(["styles"] + arguments)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    let (there, here) = try (
      model("small").style(named: "poppies"), after.style(named: "poppies")
    )
    #expect(there == here)
    #expect(there.trainingSettings["blend_steps"] == "2")
  }

  @Test func `a run does not go on over styles that came into its checkpoint later`() throws {
    let run = add + small + ["styles/poppies.jpg", "-o", "mine.safetensors"]
    #expect(try program.run(run + ["--steps", "3"]).exitCode == 0)
    let renamed = ["styles", "rename", "dots", "points", "--model", "mine.safetensors"]
    #expect(try program.run(renamed).exitCode == 0)
    let before = try Data(contentsOf: folder.url("mine.safetensors"))
    let longer = run + ["--resume", "--steps", "4"]
    let refused = try program.run(longer)
    #expect(refused.exitCode == 1)
    #expect(
      refused.errors == """
        error: mine.safetensors: has styles that this run did not put there and would lose: points; \
        move the file away, then go on

        """)
    #expect(try Data(contentsOf: folder.url("mine.safetensors")) == before)
    try FileManager.default.moveItem(
      at: folder.url("mine.safetensors"), to: folder.url("kept.safetensors"))
    let outcome = try program.run(longer)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try model("mine").bank.names == ["dots", "waves", "poppies", "photo"])
  }

  @Test func `in place, the state of a run is not taken for a checkpoint`() throws {
    let run = add + small + ["styles/poppies.jpg", "--steps", "3", "-o", "mine.safetensors"]
    #expect(try program.run(run).exitCode == 0)
    let state = "mine.training/state.safetensors"
    let before = try Data(contentsOf: folder.url(state))
    let outcome = try program.run(
      "add-style", "styles/Great Wave.png", "--content", "photos", "--model", state, "--in-place")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: \(state): holds more than a checkpoint, such as the state of a run, which would be \
        lost; name another file to write to

        """)
    #expect(try Data(contentsOf: folder.url(state)) == before)
  }

  private func model(_ name: String) throws -> StyleModel {
    try StyleModel(contentsOf: folder.file("\(name).safetensors"))
  }
}
