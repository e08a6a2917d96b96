import Foundation
import ImpastoNetworks
import TestSupport
import Testing

/// Runs of a few small steps with a loss network that a formula makes.
@Suite(.serialized)
struct TrainTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareTraining()
  }

  private let sources = Training.sources
  private let small = Training.small

  @Test func `a run leaves a checkpoint, a line of losses for each step, sheets and a report`()
    throws
  {
    try folder.installLossNetwork()
    try Data("no picture".utf8).write(to: folder.url("photos/broken.jpg"))
    // Without its end, which is no part of its pixels.
    let photo = try Data(contentsOf: folder.url("photos/3.png"))
    try photo.dropLast(12).write(to: folder.url("photos/3.png"))
    let outcome = try program.run(
      sources + small + ["-o", "m.safetensors", "--steps", "6", "--preview-every", "4", "--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")

    let result = try outcome.json()
    #expect(
      result.keys.sorted() == [
        "checkpoint", "finished", "losses", "report", "skipped", "steps", "warnings",
      ])
    #expect(
      result["warnings"] as? [String] == [
        "photos/3.png: the file is damaged or cut off after its pixels (the file ends too early)"
      ])
    #expect(result["steps"] as? Int == 6 && result["finished"] as? Bool == true)
    let skipped = try #require(result["skipped"] as? [[String: String]])
    #expect(skipped.map { $0["name"] } == ["broken.jpg"])
    #expect(outcome.errors.hasPrefix("2 styles, 9 photos, 6 steps of 2 at 32²\n"))
    #expect(outcome.errors.contains("skipped 1 photo:\n  photos/broken.jpg: "))

    let model = try StyleModel(contentsOf: folder.file("m.safetensors"))
    #expect(model.styles.map(\.name) == ["great-wave", "poppies"])
    let losses = try String(contentsOf: folder.url("m.training/losses.jsonl"), encoding: .utf8)
    #expect(losses.split(separator: "\n").count == 6)
    // One column for the photos and one for each style, and a row of paintings.
    #expect(try folder.size(of: "m.training/sheet-000004.png")[0] == 3 * 198 + 6)
    #expect(folder.exists("m.training/sheet-000006.png"))
    let report = try String(contentsOf: folder.url("m.training/report.html"), encoding: .utf8)
    #expect(report.contains("6 steps · 2 styles") && report.contains("broken.jpg"))

    try refusals()
  }

  /// What a finished run's folder protects it against.
  private func refusals() throws {
    let again = try program.run(sources + small + ["-o", "m.safetensors"])
    #expect(again.exitCode == 1)
    #expect(
      again.errors == """
        error: m.training: holds an earlier run; go on with it by --resume, remove it, or name \
        another --output

        """)
    let resume = sources + ["-o", "m.safetensors", "--resume"]
    let batch = try program.run(resume + ["--batch-size", "3"])
    #expect(batch.exitCode == 64)
    #expect(
      batch.errors.hasPrefix(
        "error: --batch-size 3: this run began with 2, which --resume keeps; leave --batch-size out"
      ))
    let styles = try program.run(resume + ["--style-names", "poppies"])
    #expect(styles.exitCode == 64)
    #expect(
      styles.errors.hasPrefix(
        "error: this run began with the styles great-wave, poppies; name the same"))
    try FileManager.default.removeItem(at: folder.url("photos/0.png"))
    let photos = try program.run(resume)
    #expect(photos.exitCode == 1)
    #expect(
      photos.errors == """
        error: photos: not the photos that this run began with; name the same --content and \
        --validation, or begin a new run under another --output

        """)
  }

  @Test func `a run stopped by Ctrl-C and taken up again ends like one that was not stopped`()
    throws
  {
    try folder.installLossNetwork()
    let run = sources + small + ["--steps", "12"]
    let whole = try program.run(run + ["-o", "whole.safetensors"])
    #expect(whole.exitCode == 0, "\(whole.errors)")

    let running = try program.start(run + ["-o", "parts.safetensors"])
    while running.process.isRunning, try folder.stepsDone("parts") < 2 { usleep(10_000) }
    running.process.interrupt()
    let stopped = try running.finish()
    #expect(stopped.exitCode == 128 + SIGINT)
    #expect(stopped.output.contains("go on with --resume"))
    let done = try folder.stepsDone("parts")
    #expect((2..<12).contains(done))

    let rest = try program.run(sources + ["-o", "parts.safetensors", "--resume"])
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(rest.errors.contains("going on after step \(done)"))
    for file in [".safetensors", ".training/state.safetensors"] {
      #expect(
        try Data(contentsOf: folder.url("whole\(file)"))
          == Data(contentsOf: folder.url("parts\(file)")), "\(file)")
    }
  }

  @Test func `a run of one stage goes on by its steps and not by another schedule`() throws {
    try folder.installLossNetwork()
    let run = sources + small + ["-o", "m.safetensors"]
    #expect(try program.run(run + ["--steps", "1"]).exitCode == 0)
    let resume = sources + ["-o", "m.safetensors", "--resume"]
    for schedule in ["32:4", "32:4x2"] {
      let refused = try program.run(resume + ["--schedule", schedule])
      #expect(refused.exitCode == 64)
      #expect(
        refused.errors.hasPrefix(
          "error: --schedule \(schedule): this run has one stage, which goes on to another number of "
            + "steps with --steps 4\n"), "\(refused.errors)")
    }
    #expect(try program.run(resume + ["--schedule", "32:1"]).exitCode == 0)
  }

  @Test func `a run in stages goes on as it began, and its stages cannot change`() throws {
    try folder.installLossNetwork()
    let stages = [
      "--schedule", "32:2,40:2x1", "--shift-weight", "5", "--batch-size", "2", "--style-size", "32",
      "--precision", "f32",
    ]
    let whole = try program.run(sources + stages + ["-o", "whole.safetensors"])
    #expect(whole.exitCode == 0, "\(whole.errors)")
    #expect(whole.errors.contains("2 steps of 2 at 32², 2 steps of 1 at 40²"))

    let running = try program.start(sources + stages + ["-o", "parts.safetensors"])
    while running.process.isRunning, try folder.stepsDone("parts") < 1 { usleep(10_000) }
    running.process.interrupt()
    _ = try running.finish()
    let resume = sources + ["-o", "parts.safetensors", "--resume"]
    let stagesBegun =
      "this run began with --schedule 32:2x2,40:2x1, which --resume keeps; leave it out"
    func other(_ name: String, _ value: String, than begun: String) -> String {
      "\(name) \(value): this run began with \(begun), which --resume keeps; leave \(name) out, or "
        + "begin a new run under another --output"
    }
    for (options, text) in [
      (["--steps", "9"], "--steps: \(stagesBegun)"),
      (["--batch-size", "1"], "--batch-size: \(stagesBegun)"),
      (["--schedule", "32:3x2"], other("--schedule", "32:3x2", than: "32:2x2,40:2x1")),
      (["--shift-weight", "1"], other("--shift-weight", "1.0", than: "5.0")),
    ] {
      let refused = try program.run(resume + options)
      #expect(refused.exitCode == 64)
      #expect(refused.errors.hasPrefix("error: \(text)\n"), "\(refused.errors)")
    }
    let rest = try program.run(resume)
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(
      try Data(contentsOf: folder.url("whole.safetensors"))
        == Data(contentsOf: folder.url("parts.safetensors")))
  }

  @Test func `a report that cannot be written shows before the first step`() throws {
    try folder.installLossNetwork()
    let run = sources + small + ["--steps", "1", "-o", "m.safetensors"]
    let outcome = try program.run(run + ["--report", "nowhere/report.html"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: nowhere/report.html: its folder nowhere does not exist; make it, or name another \
        --report

        """)
    #expect(!folder.exists("m.training"))
  }

  @Test(arguments: [
    (["--styles", "nowhere"], "nowhere: no such folder; name a folder of paintings with --styles"),
    (
      ["--styles", "cache"],
      "cache: no picture that can be read in this folder; check the name"
    ),
    (
      ["--styles", "described"],
      "described: no painting of style “starry-night”; expected starry-night.jpg or another picture of "
        + "this name"
    ),
    (
      ["--styles", "misdescribed"],
      "misdescribed/styles.json: not a list of styles (“title” is missing at styles[0]); "
        + "expected {\"styles\": [{\"name\": …, \"title\": …}]}, as `impasto styles --json` prints them"
    ),
    (
      ["--styles", "reserved"],
      "reserved/Photo.png: its name holds no letters or digits to name a style by, or is “photo”, "
        + "which none can be named; rename the file"
    ),
    (
      ["--styles", "twice"],
      "twice/A B.png, twice/a-b.jpg: the style of each would be named “a-b”; rename one"
    ),
    (
      ["--styles", "listed-twice"],
      "listed-twice/styles.json: two styles are named “a-b”; rename one"
    ),
    (
      ["--styles", "damaged"],
      "damaged/styles.json: not a list of styles (it is not JSON); "
        + "expected {\"styles\": [{\"name\": …, \"title\": …}]}, as `impasto styles --json` prints them"
    ),
    (
      ["--content", "cache"],
      "cache: no photo in this folder or below it; put PNG, JPEG, WebP, HEIC, AVIF or TIFF files there"
    ),
    (
      ["--content", "nowhere"],
      "nowhere: no such folder; name a folder of photos (PNG, JPEG, WebP, HEIC, AVIF or TIFF)"
    ),
    (
      ["--validation", "cache"],
      "cache: no photo in this folder or below it; put PNG, JPEG, WebP, HEIC, AVIF or TIFF files there"
    ),
    (["--resume"], "m.training: no run to go on with; leave --resume out to begin one"),
    (
      ["--output", "there.safetensors"],
      "there.safetensors: exists already; remove it or name another --output"
    ),
    (
      ["--from", "nowhere.safetensors"],
      "nowhere.safetensors: no such file; check the name and the folder"
    ),
    (
      [],
      "cache/vgg19.safetensors: the loss network is not installed; run `impasto weights install`"
    ),
  ])
  func `what a run lacks is named before it begins`(_ options: [String], _ text: String) throws {
    for name in ["cache", "described", "misdescribed", "listed-twice", "damaged"] {
      try FileManager.default.createDirectory(
        at: folder.url(name), withIntermediateDirectories: true)
    }
    try Data().write(to: folder.url("there.safetensors"))
    try folder.makePhoto("described/other.png")
    for (name, extra) in [
      ("described", #","title":"","artist":"","year":"","licence":"","source":"""#),
      ("misdescribed", ""),
    ] {
      try Data(#"{"styles":[{"name":"starry-night"\#(extra)}]}"#.utf8)
        .write(to: folder.url("\(name)/styles.json"))
    }
    let style = #"{"name":"a-b","title":"","artist":"","year":"","licence":"","source":""}"#
    try Data(#"{"styles":[\#(style),\#(style)]}"#.utf8)
      .write(to: folder.url("listed-twice/styles.json"))
    try Data(#"{"styles":["#.utf8).write(to: folder.url("damaged/styles.json"))
    for name in [
      "reserved/Photo.png", "twice/A B.png", "twice/a-b.jpg", "listed-twice/a-b.png",
      "damaged/a-b.png",
    ] {
      try folder.makePhoto(name)
    }
    var program = program
    program.environment["IMPASTO_CACHE"] = "cache"

    var arguments = sources + ["--output", "m.safetensors"]
    for option in options where option.hasPrefix("--") {
      if let index = arguments.firstIndex(of: option) {
        arguments.removeSubrange(index...index + 1)
      }
    }
    let outcome = try program.run(arguments + options)
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "error: \(text)\n")
    #expect(!folder.exists("m.training"))
  }

  @Test func `styles get names from files in any script, and are told which`() throws {
    let long = String(repeating: "waves-", count: 24) + "waves"
    for name in ["Sternennächte", "神奈川沖浪裏", "Straße", long, "!!!"] {
      try folder.makePhoto("named/\(name).png", width: 64, height: 64)
    }
    try Data().write(to: folder.url("named/notes.txt"))
    try folder.installLossNetwork()
    let outcome = try program.run(
      ["train", "--styles", "named", "--content", "photos", "-o", "m.safetensors", "--steps", "1"]
        + small)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let short = String(repeating: "waves-", count: 15) + "waves"
    #expect(
      outcome.errors.hasPrefix(
        """
        named/Sternennächte.png: its style is named sternennachte
        named/Straße.png: its style is named strasse
        named/\(long).png: its style is named \(short)
        named/神奈川沖浪裏.png: its style is named shen-nai-chuan-chong-lang-li
        4 styles, 8 photos, 1 step of 2 at 32²
        left out 2:
          named/notes.txt: not a picture by its extension
          named/!!!.png: names no style; rename it

        """), "\(outcome.errors)")
    let styles = try StyleModel(contentsOf: folder.file("m.safetensors")).styles
    #expect(
      styles.map(\.name) == ["sternennachte", "strasse", short, "shen-nai-chuan-chong-lang-li"])
    #expect(styles.map(\.title) == ["Sternennächte", "Straße", long, "神奈川沖浪裏"])
  }

  /// Whether a file system of some size can be made here, as a user in a namespace of one's own.
  private static let canMount = (try? Self.mounted("true"))?.exitCode == 0

  /// Runs a command of the shell with a disk of 64 kB as the folder `disk`.
  private static func mounted(
    _ command: String, in folder: TemporaryFolder? = nil, environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    let folder = try folder ?? TemporaryFolder()
    try folder.makeFolder("disk")
    let mount = "mount -t tmpfs -o size=64k none disk && \(command)"
    return try Program(
      folder: folder, executable: "/usr/bin/unshare", environment: environment
    ).run("-Urm", "/bin/sh", "-c", mount)
  }

  @Test(.enabled(if: canMount, "file systems of one's own"))
  func `a disk too full for what a run saves is noticed before it begins`() throws {
    try folder.installLossNetwork()
    let command = ([program.executable] + sources + small).joined(separator: " ")
    let outcome = try Self.mounted(
      "\(command) -o disk/m.safetensors --steps 2; code=$?; ls disk; exit $code", in: folder,
      environment: program.environment)
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.wholeMatch(
        of:
          #/error: disk\/m.safetensors: what the run saves takes up to \d+ kB of the disk, and \d\d kB are free; make room, or name another --output\n/#
      ) != nil, "\(outcome.errors)")
    #expect(outcome.output.isEmpty, "\(outcome.output)")
  }

  @Test(arguments: [
    (["--output", "m.pth"], "--output m.pth: expected a name ending in .safetensors"),
    (["--steps", "0"], "--steps 0: expected a number from 1 to 10000000"),
    (["--steps", "-5"], "--steps -5: expected a number from 1 to 10000000"),
    (["--style-weight", "-1"], "--style-weight -1.0: expected a number from 0 to 1000000"),
    (["--image-size", "66"], "--image-size 66: expected a multiple of 4"),
    (["--learning-rate", "nan"], "--learning-rate nan: expected a number from 1e-08 to 1"),
    (["--preview-every", "0"], "--preview-every 0: expected 1 or more"),
    (["--shift-weight", "-1"], "--shift-weight -1.0: expected a number from 0 to 1000000"),
    (
      ["--schedule", "128:10,x"],
      "--schedule “x”: expected a size and a number of steps such as 128:4000, or 128:4000x2"
    ),
    (
      ["--schedule", ""],
      "--schedule “”: expected a size and a number of steps such as 128:4000, or 128:4000x2"
    ),
    (["--schedule", "30:4"], "--schedule 30:4: size 30: expected a number from 32 to 1024"),
    (["--schedule", "34:4"], "--schedule 34:4: expected a multiple of 4 as size"),
    (["--schedule", "32:0"], "--schedule 32:0: steps 0: expected a number from 1 to 10000000"),
    (["--schedule", "32:4x0"], "--schedule 32:4x0: photos 0: expected a number from 1 to 256"),
    (
      ["--schedule", "32:4", "--steps", "8"],
      "--steps: --schedule has it for each stage; leave one of the two out"
    ),
    (
      ["--schedule", "32:4", "--image-size", "32"],
      "--image-size: --schedule has it for each stage; leave one of the two out"
    ),
  ])
  func `a setting out of range is refused`(_ options: [String], _ text: String) throws {
    let output = options.contains("--output") ? [] : ["--output", "m.safetensors"]
    let outcome = try program.run(sources + output + options)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: \(text)\n"), "\(outcome.errors)")
  }

  @Test func `a misspelt style of the folder is answered with the nearest`() throws {
    let outcome = try program.run(
      sources + ["--output", "m.safetensors", "--style-names", "great-wav,poppies"])
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix(
        "error: --style-names: no style is named “great-wav”; did you mean great-wave?\n"))
  }
}
