import Foundation
import ImpastoNetworks
import TestSupport
import Testing

struct ExportTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder)
    try folder.makeModel("m.safetensors")
  }

  @Test func `an export tells its size and the order of the mixture`() throws {
    let outcome = try program.run("export", "m.safetensors", "--onnx", "m.onnx")
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
    let size = try Data(contentsOf: folder.url("m.onnx")).count
    #expect(
      outcome.output == """
        m.safetensors → m.onnx (\(size) bytes)
        mixture: great-wave, hokusai-poppies, van-gogh-auvers, photo

        """)
  }

  @Test func `an export of one style has no mixture to give`() throws {
    let outcome = try program.run(
      "export", "m.safetensors", "--onnx", "m.ONNX", "--style", "great-wave")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.split(separator: "\n").count == 1)
  }

  @Test func `the result as JSON names the files, the network and the rows or the mixture`() throws
  {
    let open = try program.run("export", "m.safetensors", "--onnx", "a.onnx", "--json").json()
    #expect(open.keys.sorted() == ["file", "fingerprint", "output", "output_bytes", "rows"])
    #expect(
      open["rows"] as? [String] == ["great-wave", "hokusai-poppies", "van-gogh-auvers", "photo"])
    #expect(
      open["fingerprint"] as? String
        == (try StyleModel(contentsOf: folder.file("m.safetensors")).fingerprint))
    let fixed = try program.run(
      "export", "m.safetensors", "--onnx", "b.onnx", "--style", "great-wave:1,photo:1", "--json"
    ).json()
    #expect(fixed.keys.sorted() == ["file", "fingerprint", "mixture", "output", "output_bytes"])
    #expect(fixed["mixture"] as? [String: Double] == ["great-wave": 0.5, "photo": 0.5])
  }

  // MARK: Refusals

  /// What is said of a command that fails and leaves no file behind but what was there.
  private func refusal(_ arguments: String..., exitCode: Int32 = 1) throws -> String {
    let before = folder.names
    let outcome = try program.run(["export"] + arguments)
    #expect(outcome.exitCode == exitCode && outcome.output.isEmpty)
    #expect(folder.names == before)
    return outcome.errors
  }

  @Test func `a name that does not end in onnx is a mistake`() throws {
    #expect(
      try refusal("m.safetensors", "--onnx", "m.safetensors", exitCode: 64).hasPrefix(
        "error: --onnx m.safetensors: expected a file name ending in .onnx\n"))
  }

  @Test func `a file that is there already is not written over`() throws {
    try Data("text".utf8).write(to: folder.url("a.onnx"))
    #expect(
      try refusal("m.safetensors", "--onnx", "a.onnx")
        == "error: a.onnx: exists already; remove it or name another --onnx\n")
  }

  @Test func `a folder that is missing is named`() throws {
    #expect(
      try refusal("m.safetensors", "--onnx", "x/a.onnx") == """
        error: x/a.onnx: its folder x does not exist; make it, or name another --onnx

        """)
  }

  @Test func `what is no checkpoint is refused by name`() throws {
    #expect(
      try refusal("none.safetensors", "--onnx", "a.onnx")
        == "error: none.safetensors: no such file; check the name and the folder\n")
    try folder.makePhoto("photo.png")
    #expect(try refusal("photo.png", "--onnx", "a.onnx").hasPrefix("error: photo.png: "))
  }

  @Test func `a style that the checkpoint lacks is a mistake`() throws {
    #expect(
      try refusal("m.safetensors", "--onnx", "a.onnx", "--style", "great-waves", exitCode: 64)
        == """
        error: --style: no style is named “great-waves”; did you mean great-wave?
        See 'impasto export --help' for more information.

        """)
  }
}
