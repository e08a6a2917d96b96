import Foundation
import ImpastoNetworks
import TestSupport
import Testing

struct CompactTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder)
    try folder.makeModel("m.safetensors")
  }

  @Test func `a compacted checkpoint is smaller and knows the same styles`() throws {
    let outcome = try program.run("model", "compact", "m.safetensors", "-o", "c.safetensors")
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
    let sizes = try ["m.safetensors", "c.safetensors"].map {
      try Data(contentsOf: folder.url($0)).count
    }
    #expect(
      outcome.output
        == "m.safetensors (\(sizes[0]) bytes) → c.safetensors (\(sizes[1]) bytes)\n")
    #expect(sizes[1] < sizes[0])
    #expect(
      try StyleModel(contentsOf: folder.file("c.safetensors")).styles
        == StyleModel(contentsOf: folder.file("m.safetensors")).styles)
  }

  @Test func `the result as JSON names both files and the new fingerprint`() throws {
    let result = try program.run(
      "model", "compact", "m.safetensors", "-o", "c.safetensors", "--json"
    ).json()
    #expect(result.keys.sorted() == ["bytes", "file", "fingerprint", "output", "output_bytes"])
    #expect(
      result["fingerprint"] as? String
        == (try StyleModel(contentsOf: folder.file("c.safetensors")).fingerprint))
  }

  @Test func `neither the checkpoint nor another file is written over`() throws {
    let same = try program.run("model", "compact", "m.safetensors", "-o", "./m.safetensors")
    #expect(same.exitCode == 64)
    #expect(
      same.errors == """
        error: --output ./m.safetensors is the checkpoint itself; name another
        See 'impasto model compact --help' for more information.

        """)
    try Data("text".utf8).write(to: folder.url("a"))
    let taken = try program.run("model", "compact", "m.safetensors", "-o", "a")
    #expect(taken.exitCode == 1)
    #expect(taken.errors == "error: a: exists already; remove it or name another --output\n")
  }
}
