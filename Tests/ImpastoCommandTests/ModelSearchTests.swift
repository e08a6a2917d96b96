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
}
