import Foundation
import TestSupport
import Testing

struct ModelSearchTests {
  let folder: TemporaryFolder
  let program: Program

  /// The program is copied out of the project, in which it might find a real checkpoint.
  init() throws {
    folder = try TemporaryFolder()
    let files = FileManager.default
    try files.createDirectory(at: folder.url("tool/bin"), withIntermediateDirectories: true)
    try files.createDirectory(at: folder.url("work/deep"), withIntermediateDirectories: true)
    try Program.copy(Program.path(of: "impasto"), to: folder.file("tool/bin/impasto"))
    program = Program(folder: folder, executable: folder.file("tool/bin/impasto"))
  }

  private func styles(
    in name: String, _ arguments: [String] = [], model: String? = nil
  ) throws -> Program.Outcome {
    var program = program
    program.environment["IMPASTO_MODEL"] = model
    program.workingFolder = name
    return try program.run(["styles"] + arguments)
  }

  private func makeModel(_ name: String, style: String) throws {
    try FileManager.default.createDirectory(
      at: folder.url(name).deletingLastPathComponent(), withIntermediateDirectories: true)
    try folder.makeModel(name, styles: [style])
  }

  @Test func `without a checkpoint anywhere the error says where one is looked for`() throws {
    let outcome = try styles(in: "work/deep")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: no checkpoint: Checkpoints/impasto.safetensors is neither in the working folder, \
        nor beside the executable, nor above these; name one with --model, or set $IMPASTO_MODEL

        """)
  }

  @Test func `the option comes first, then the variable, the working folder, the executable`()
    throws
  {
    let usual = "Checkpoints/impasto.safetensors"
    try makeModel("tool/\(usual)", style: "beside")
    #expect(try styles(in: "work/deep").output.hasPrefix("beside"))
    try makeModel("work/\(usual)", style: "above")
    #expect(try styles(in: "work/deep").output.hasPrefix("above"))
    try makeModel("variable.safetensors", style: "variable")
    let variable = folder.file("variable.safetensors")
    #expect(try styles(in: "work/deep", model: variable).output.hasPrefix("variable"))
    try makeModel("option.safetensors", style: "option")
    let option = ["--model", "../../option.safetensors"]
    #expect(try styles(in: "work/deep", option, model: variable).output.hasPrefix("option"))
  }

  @Test func `a package has its checkpoint in share beside bin`() throws {
    try makeModel("tool/share/impasto/Checkpoints/impasto.safetensors", style: "packaged")
    #expect(try styles(in: "work/deep").output.hasPrefix("packaged"))
    // The share of the working folder is none of a package.
    try makeModel("work/share/impasto/Checkpoints/impasto.safetensors", style: "foreign")
    #expect(try styles(in: "work/deep").output.hasPrefix("packaged"))
  }

  @Test func `a checkpoint that is named and missing is refused by name`() throws {
    let outcome = try styles(in: "work", model: "nowhere.safetensors")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.hasPrefix("error: nowhere.safetensors: no such file"))
  }

  @Test func `a name finds the checkpoint of a model, the nearest first`() throws {
    try makeModel("tool/share/impasto/Checkpoints/impasto-live.safetensors", style: "packaged")
    let live = ["--model", "live"]
    #expect(try styles(in: "work/deep", live).output.hasPrefix("packaged"))
    #expect(try styles(in: "work/deep", model: "live").output.hasPrefix("packaged"))
    try makeModel("work/Checkpoints/live.safetensors", style: "above")
    #expect(try styles(in: "work/deep", live).output.hasPrefix("above"))
    // A file of this name is no model, unless it is named as a file.
    try makeModel("work/deep/live", style: "file")
    #expect(try styles(in: "work/deep", live).output.hasPrefix("above"))
    #expect(try styles(in: "work/deep", ["--model", "./live"]).output.hasPrefix("file"))
  }

  @Test func `a name that no model has is refused with the names that there are`() throws {
    let nothing = try styles(in: "work", ["--model", "live"])
    #expect(nothing.exitCode == 1)
    #expect(
      nothing.errors == """
        error: no model named “live”; no model is installed; a file in the working folder is named \
        ./live

        """)
    try makeModel("work/Checkpoints/impasto.safetensors", style: "one")
    try makeModel("tool/Checkpoints/impasto-small.safetensors", style: "two")
    let others = try styles(in: "work", ["--model", "live"])
    #expect(others.exitCode == 1)
    #expect(
      others.errors == """
        error: no model named “live”; installed: impasto, small; a file in the working folder is named \
        ./live

        """)
  }

  @Test func `two checkpoints with the name of one model are both named`() throws {
    try makeModel("work/Checkpoints/impasto-live.safetensors", style: "one")
    try makeModel("work/Checkpoints/live.safetensors", style: "two")
    let outcome = try styles(in: "work", ["--model", "live"])
    let place = folder.file("work/Checkpoints")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: the model “live” is not clear: \(place)/impasto-live.safetensors and \
        \(place)/live.safetensors have this name; rename one, or name a file with --model

        """)
  }
}
