import Foundation
import ImpastoCompute
import ImpastoNetworks
import ImpastoTraining
import TestSupport
import Testing

/// What a run that is taken up again keeps, and what it refuses.
@Suite(.serialized)
struct ResumeTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareTraining()
  }

  private let output = ["-o", "m.safetensors"]
  /// What small runs have that look at no painting.
  private let small = ["--batch-size", "2", "--image-size", "32", "--precision", "f32"]
  private var resume: [String] { Training.sources + output + ["--resume"] }

  @Test func `a checkpoint that is older than the state of its finished run is renewed`() throws {
    try folder.installLossNetwork()
    let begun = try program.run(Training.sources + Training.small + output + ["--steps", "1"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let older = try Data(contentsOf: folder.url("m.safetensors"))
    #expect(try program.run(resume + ["--steps", "2"]).exitCode == 0)
    let newer = try Data(contentsOf: folder.url("m.safetensors"))
    #expect(older != newer)
    // As a run leaves them that is killed after its state was saved.
    try older.write(to: folder.url("m.safetensors"))
    let again = try program.run(resume)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(try Data(contentsOf: folder.url("m.safetensors")) == newer)
  }

  @Test func `a run goes on only with what it began with`() throws {
    try folder.installLossNetwork()
    let begun = try program.run(Training.sources + Training.small + output + ["--steps", "1"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let checkpoint = try Data(contentsOf: folder.url("m.safetensors"))

    for (option, value, old) in [
      ("--precision", "bf16", "f32"), ("--backend", "openblas", "onednn"), ("--seed", "9", "1"),
    ] {
      let outcome = try program.run(resume + [option, value])
      #expect(outcome.exitCode == 64)
      #expect(
        outcome.errors.hasPrefix(
          """
          error: \(option) \(value): this run began with \(old), which --resume keeps; leave \
          \(option) out, or begin a new run under another --output

          """), "\(outcome.errors)")
    }

    let painting = try Data(contentsOf: folder.url("styles/poppies.jpg"))
    try folder.makePhoto("styles/poppies.jpg", width: 71, height: 64)
    let repainted = try program.run(resume)
    #expect(repainted.exitCode == 1)
    #expect(
      repainted.errors == """
        error: styles: not the painting of “poppies” that this run began with; put it back, or \
        begin a new run under another --output

        """)
    try painting.write(to: folder.url("styles/poppies.jpg"))

    try FileManager.default.removeItem(at: folder.url("m.training/state.safetensors"))
    let stateless = try program.run(resume)
    #expect(stateless.exitCode == 1)
    #expect(
      stateless.errors == """
        error: m.training/state.safetensors: missing, though this run has done steps, so that it \
        cannot go on; put it back, or begin a new run under another --output

        """)
    #expect(try Data(contentsOf: folder.url("m.safetensors")) == checkpoint)
    #expect(try folder.stepsDone("m") == 1)
  }

  @Test func `steps and learning rate given with --resume are kept by the next`() throws {
    try folder.installLossNetwork()
    let begun = try program.run(Training.sources + Training.small + output + ["--steps", "1"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let more = try program.run(resume + ["--steps", "2", "--learning-rate", "0.0005"])
    #expect(more.exitCode == 0, "\(more.errors)")
    let again = try program.run(resume)
    #expect(again.exitCode == 0)
    #expect(
      again.errors.hasPrefix("2 styles, 8 photos, 2 steps of 2 at 32², going on after step 2"))

    let contents = try JSONSerialization.jsonObject(
      with: Data(contentsOf: folder.url("m.training/run.json")))
    let settings = try #require((contents as? [String: Any])?["settings"] as? [String: Any])
    #expect(settings["steps"] as? Int == 2)
    #expect(settings["learning_rate"] as? Double == 0.0005)

    let fewer = try program.run(resume + ["--steps", "1"])
    #expect(fewer.exitCode == 64)
    #expect(
      fewer.errors.hasPrefix(
        "error: --steps 1: this run has done 2 steps already; name as many or more\n"))
  }

  @Test func `a run from a checkpoint says so, and goes on with or without being told again`()
    throws
  {
    try folder.installLossNetwork()
    try folder.makeModel("old.safetensors", styles: ["poppies"])
    try folder.makeModel("none.safetensors", styles: ["other"], seed: 2)
    let from = ["--from", "old.safetensors"]
    let begun = try program.run(
      Training.sources + Training.small + output + from + ["--steps", "1"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let fingerprint = try StyleModel(contentsOf: folder.file("old.safetensors")).fingerprint
    let model = try StyleModel(contentsOf: folder.file("m.safetensors"))
    #expect(
      model.network.architecture == TransformArchitecture(widths: [4, 4, 4], residualBlocks: 1))
    #expect(model.trainingSettings["from"] == fingerprint)
    let report = try String(contentsOf: folder.url("m.training/report.html"), encoding: .utf8)
    #expect(report.contains("<th>begun with</th><td>\(fingerprint)</td>"))

    for (steps, options) in [("2", from), ("3", [])] {
      let more = try program.run(resume + options + ["--steps", steps])
      #expect(more.exitCode == 0, "\(more.errors)")
    }
    let other = try program.run(resume + ["--from", "none.safetensors"])
    #expect(other.exitCode == 64)
    #expect(
      other.errors.hasPrefix(
        "error: --from: this run began with the network \(fingerprint); name its checkpoint\n"))
    // Nothing has been saved yet of a run whose beginning alone is there.
    try FileManager.default.removeItem(at: folder.url("m.training/state.safetensors"))
    try FileManager.default.removeItem(at: folder.url("m.training/losses.jsonl"))
    try FileManager.default.removeItem(at: folder.url("m.safetensors"))
    let forgotten = try program.run(resume)
    #expect(forgotten.exitCode == 64)
    #expect(
      forgotten.errors.hasPrefix("error: --from: this run began with the network \(fingerprint)"))
  }

  @Test func `a run from random weights does not go on from a checkpoint`() throws {
    try folder.installLossNetwork()
    try folder.makeModel("old.safetensors")
    let begun = try program.run(Training.sources + Training.small + output + ["--steps", "1"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let outcome = try program.run(resume + ["--from", "old.safetensors"])
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix(
        "error: --from: this run began with random weights; leave --from out\n"))
  }

  @Test func `a run with a teacher goes on with the same one, and tells how near it has come`()
    throws
  {
    try folder.installLossNetwork()
    try folder.makeModel("teacher.safetensors", styles: ["great-wave", "poppies"])
    try folder.makeModel("other.safetensors", styles: ["great-wave", "poppies"], seed: 2)
    let teacher = ["--teacher", "teacher.safetensors"]
    let begun = try program.run(
      Training.sources + small + output + teacher + ["--steps", "1"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let fingerprint = try StyleModel(contentsOf: folder.file("teacher.safetensors")).fingerprint
    #expect(
      try StyleModel(contentsOf: folder.file("m.safetensors")).trainingSettings["teacher"]
        == fingerprint)
    let more = try program.run(resume + teacher + ["--steps", "4"])
    #expect(more.exitCode == 0, "\(more.errors)")
    let records = try TrainingLog.records(at: folder.file("m.training/losses.jsonl")).map(\.losses)
    #expect(records.count == 4 && records.contains { ($0.teacher ?? 0) > 0 })
    #expect(records.allSatisfy { $0.style == nil && $0.perStyle.isEmpty })
    let report = try String(contentsOf: folder.url("m.training/report.html"), encoding: .utf8)
    #expect(report.contains("<th>teacher</th><td>\(fingerprint)</td>"))

    for options in [[], ["--teacher", "other.safetensors"]] {
      let outcome = try program.run(resume + options)
      #expect(outcome.exitCode == 64)
      #expect(
        outcome.errors.hasPrefix(
          "error: --teacher: this run began with the network \(fingerprint); name its checkpoint\n")
      )
    }
    let weighted = try program.run(resume + teacher + ["--style-weight", "9"])
    #expect(weighted.exitCode == 64)
    #expect(
      weighted.errors.hasPrefix(
        "error: --style-weight: with --teacher no painting is compared with; leave one of the two out\n"
      ))
  }

  @Test func `a run without a teacher does not get one later, and a teacher knows the styles`()
    throws
  {
    try folder.installLossNetwork()
    try folder.makeModel("teacher.safetensors", styles: ["sunflowers"])
    let unknown = try program.run(
      Training.sources + small + output + ["--teacher", "teacher.safetensors"])
    #expect(unknown.exitCode == 1)
    #expect(
      unknown.errors.hasSuffix(
        """
        error: the teacher has no style great-wave, poppies; leave out what it does not know, or train \
        without it

        """))
    #expect(!folder.exists("m.training"))
    let begun = try program.run(Training.sources + Training.small + output + ["--steps", "1"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let outcome = try program.run(resume + ["--teacher", "teacher.safetensors"])
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix(
        "error: --teacher: this run began without one; leave --teacher out\n"))
  }

  @Test func `a sheet that cannot be painted or shows too little is said and ends no run`() throws {
    try folder.installLossNetwork()
    try folder.makeFolder("m.training/sheet-000001.png")
    try folder.makePhoto("seen/good.png", width: 40, height: 40)
    try Data("no picture".utf8).write(to: folder.url("seen/bad.jpg"))
    let outcome = try program.run(
      Training.sources + Training.small + output
        + ["--steps", "2", "--preview-every", "1", "--validation", "seen"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("not on the contact sheets: seen/bad.jpg: "))
    #expect(
      outcome.errors.contains(
        "no contact sheet of step 1: m.training/sheet-000001.png: cannot be written ("))
    for file in ["m.safetensors", "m.training/state.safetensors", "m.training/sheet-000002.png"] {
      #expect(folder.exists(file), "\(file)")
    }
  }

  @Test(
    .enabled(
      if: InstructionSet.current > .baseline,
      "these tests run with the least set of instructions, so that there is no other to go on with")
  )
  func `a run goes on with other instructions, says so and notes it`() throws {
    try folder.installLossNetwork()
    var plain = program
    plain.environment["IMPASTO_ISA"] = "baseline"
    let begun = try plain.run(Training.sources + Training.small + output + ["--steps", "2"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let (set, onednn) = (InstructionSet.current.rawValue, OneDNNBackend.version)
    let resumed = try program.run(resume + ["--steps", "3"])
    #expect(resumed.exitCode == 0)
    #expect(
      resumed.errors.contains(
        """
        computed with baseline, oneDNN \(onednn) so far and with \(set), oneDNN \(onednn) from here \
        on: the last bits may differ from those of a run without interruption

        """), "\(resumed.errors)")
    let again = try program.run(resume + ["--steps", "4"])
    #expect(again.exitCode == 0 && !again.errors.contains("so far"), "\(again.errors)")

    let contents = try JSONSerialization.jsonObject(
      with: Data(contentsOf: folder.url("m.training/run.json")))
    let notes = try #require((contents as? [String: Any])?["arithmetic"] as? [[String: Any]])
    #expect(notes.map { $0["after_step"] as? Int } == [0, 2])
    #expect(notes.map { $0["instruction_set"] as? String } == ["baseline", set])
    #expect(notes.allSatisfy { $0["onednn"] as? String == onednn })
    let report = try String(contentsOf: folder.url("m.training/report.html"), encoding: .utf8)
    #expect(report.contains("baseline, oneDNN \(onednn); after step 2 \(set), oneDNN \(onednn)"))
  }

  @Test(arguments: [
    (#""threads":1"#, #""threads":0"#, "threads 0"),
    (#""threads":1"#, #""threads":-3"#, "threads -3"),
    (#""batch_size":2"#, #""batch_size":0"#, "batch size 0: 1 to 1024 is expected"),
    (#""batch_size":2"#, #""batch_size":-1"#, "batch size -1: 1 to 1024 is expected"),
    (#""steps":4"#, #""steps":-1"#, "steps -1: 1 to 100000000 is expected"),
    (
      #""learning_rate":0.1"#, #""learning_rate":-1"#,
      "learning rate -1.0: more than zero is expected"
    ),
    (#""precision":"f32""#, #""precision":"auto""#, "precision auto"),
    (
      #""backend":"onednn""#, #""backend":"zzz""#,
      "Cannot initialize Backend from invalid String value zzz at backend"
    ),
    (#""seed":1,"#, "", "“seed” is missing at settings"),
    (#""seed":1"#, #""seed":1.5"#, "expected a whole number at settings.seed"),
    (
      #""style_weight":1"#, #""style_weight":1e40"#,
      "a number is out of range at settings.styleWeight"
    ),
    (#""threads":1"#, #""threads":1.5"#, "a number is out of range"),
    (#""threads":1}"#, "", "it is not JSON"),
  ])
  func `a damaged note of what a run began with is refused`(
    _ whole: String, _ damaged: String, _ reason: String
  ) throws {
    let contents = """
      {"backend":"onednn","photos":"","precision":"f32","settings":{"batch_size":2,\
      "content_weight":1,"image_size":32,"learning_rate":0.1,"seed":1,"steps":4,"style_size":32,\
      "style_weight":1,"total_variation_weight":0},"styles":[],"threads":1}
      """
    #expect(contents.contains(whole))
    try folder.makeFolder("m.training")
    try Data(contents.replacing(whole, with: damaged).utf8)
      .write(to: folder.url("m.training/run.json"))
    let outcome = try program.run(resume)
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: m.training/run.json: not what a run began with (\(reason)); restore it, or begin a \
        new run under another --output

        """)
  }

  @Test func `a run of more threads than there are processors is not taken up`() throws {
    try folder.makeFolder("m.training")
    let contents = """
      {"backend":"onednn","photos":"","precision":"f32","settings":{"batch_size":2,\
      "content_weight":1,"image_size":32,"learning_rate":0.1,"seed":1,"steps":4,"style_size":32,\
      "style_weight":1,"total_variation_weight":0},"styles":[],"threads":9999999}
      """
    try Data(contents.utf8).write(to: folder.url("m.training/run.json"))
    let outcome = try program.run(resume)
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.hasPrefix(
        "error: this run began with 9999999 threads, which --resume keeps, and "))
  }
}
