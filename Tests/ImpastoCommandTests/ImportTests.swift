import Foundation
import ImpastoNetworks
import TestSupport
import Testing

/// `impasto import` with the small networks that the tests of ImpastoImporting have.
struct ImportTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder)
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("ImpastoImportingTests/Fixtures")
    for (fixture, name) in [("old.pth", "Candy_2.pth"), ("multistyle.onnx", "three.onnx")] {
      try FileManager.default.copyItem(
        at: fixtures.appendingPathComponent(fixture), to: folder.url(name))
    }
  }

  @Test func `a network of one style is named after its file and keeps its licence`() throws {
    let outcome = try program.run(
      "import", "Candy_2.pth", "-o", "m.safetensors", "--licence", "BSD-3-Clause", "--source",
      "https://example.org", "--title", "Candy")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let size = try Data(contentsOf: folder.url("m.safetensors")).count
    #expect(
      outcome.output == """
        Candy_2.pth → m.safetensors (\(size) bytes): 10 layers, 5547 weights, 1 style
        candy-2

        """)
    let model = try StyleModel(contentsOf: folder.file("m.safetensors"))
    #expect(
      model.styles == [
        StyleDescription(
          name: "candy-2", title: "Candy", licence: "BSD-3-Clause", source: "https://example.org")
      ])
    let shown = try program.run("styles", "show", "candy-2", "--model", "m.safetensors")
    #expect(shown.output.contains("BSD-3-Clause") && shown.output.contains("https://example.org"))
  }

  @Test func `several styles get numbers or the names of a file`() throws {
    let numbered = try program.run("import", "three.onnx", "-o", "a.safetensors", "--json").json()
    #expect(numbered["styles"] as? [String] == ["style-00", "style-01", "style-02"])
    #expect(numbered["layers"] as? Int == 6)
    try Data("waves\tGreat Wave\tHokusai\t1831\n\n dots \nlines\tLines\n".utf8)
      .write(to: folder.url("names.txt"))
    let named = try program.run(
      "import", "three.onnx", "-o", "b.safetensors", "--names", "names.txt", "--licence", "MIT")
    #expect(named.exitCode == 0)
    #expect(
      try StyleModel(contentsOf: folder.file("b.safetensors")).styles == [
        StyleDescription(
          name: "waves", title: "Great Wave", artist: "Hokusai", year: "1831", licence: "MIT"),
        StyleDescription(name: "dots", licence: "MIT"),
        StyleDescription(name: "lines", title: "Lines", licence: "MIT"),
      ])
  }

  @Test func `what has no row photo says which command trains it`() throws {
    let outcome = try program.run("import", "three.onnx", "-o", "m.safetensors")
    #expect(
      outcome.errors == """
        it has no row “photo”, which --strength needs; train it with \
        `impasto add-style --photo --content photos/ --model m.safetensors --in-place`

        """)
    try folder.makePhoto("photo.png", width: 30, height: 37)
    let weakened = try program.run(
      "stylize", "photo.png", "--model", "m.safetensors", "--style", "style-01", "--strength", "0.5"
    )
    #expect(weakened.exitCode == 64)
    #expect(
      weakened.errors == """
        error: --strength 0.5: this checkpoint has no row “photo” to go back towards; train it with \
        `impasto add-style --photo --content photos/ --model m.safetensors --in-place`, or leave \
        --strength out
        See 'impasto stylize --help' for more information.

        """)
  }

  @Test func `one style has nothing to blend with`() throws {
    _ = try program.run("import", "Candy_2.pth", "-o", "m.safetensors", "--name", "candy")
    try folder.makePhoto("photo.png", width: 30, height: 37)
    let blend = try program.run(
      "stylize", "photo.png", "--model", "m.safetensors", "--style", "candy:0.5,udnie:0.5")
    #expect(blend.exitCode == 64)
    #expect(
      blend.errors == """
        error: --style: no style is named “udnie”: the network has one style, “candy”, and nothing to \
        blend it with
        See 'impasto stylize --help' for more information.

        """)
  }

  @Test func `a stream without end that is no network is refused by its first bytes`() throws {
    let outcome = try program.run("import", "/dev/zero", "-o", "m.safetensors")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: /dev/zero: not an ONNX model, or a damaged one; check that it is the right file\n"
    )
    #expect(!folder.exists("m.safetensors"))
  }

  // MARK: Refusals

  /// What is said of a command that fails and leaves no file behind but what was there.
  private func refusal(_ arguments: String..., exitCode: Int32 = 64) throws -> String {
    let before = folder.names
    let outcome = try program.run(["import"] + arguments)
    #expect(outcome.exitCode == exitCode && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(folder.names == before)
    return outcome.errors.components(separatedBy: "\n").first ?? ""
  }

  @Test(arguments: [
    ("a\nb\n", "2 names, where the network has 3 styles"),
    ("a\nb\nc\nd\n", "4 names, where the network has 3 styles"),
    ("", "0 names, where the network has 3 styles"),
  ])
  func `too few or too many names are refused`(text: String, fault: String) throws {
    try Data(text.utf8).write(to: folder.url("names.txt"))
    #expect(
      try refusal("three.onnx", "-o", "m.safetensors", "--names", "names.txt")
        == "error: --names names.txt: \(fault)")
  }

  @Test(arguments: [
    (
      "a\nB c\nd",
      ", line 2: “B c” cannot name a style; expected words of a-z and 0-9 joined by hyphens, and not"
        + " “photo”"
    ),
    (
      "photo\nb\nd",
      ", line 1: “photo” cannot name a style; expected words of a-z and 0-9 joined by hyphens, and"
        + " not “photo”"
    ),
    ("a\nb\na", ", line 3: “a” is there before; name each style once"),
  ])
  func `invalid names are told by line`(text: String, fault: String) throws {
    try Data(text.utf8).write(to: folder.url("names.txt"))
    #expect(
      try refusal("three.onnx", "-o", "m.safetensors", "--names", "names.txt")
        == "error: --names names.txt\(fault)")
  }

  @Test func `a names file that is missing or no text is named`() throws {
    try Data([0xFF, 0xFE, 0x80]).write(to: folder.url("odd.txt"))
    #expect(
      try refusal("three.onnx", "-o", "m.safetensors", "--names", "odd.txt")
        == "error: --names odd.txt: cannot be read as text in UTF-8")
    #expect(
      try refusal("three.onnx", "-o", "m.safetensors", "--names", "none.txt", exitCode: 1)
        .hasPrefix("error: none.txt: no such file"))
  }

  @Test func `options about one style are refused for several`() throws {
    #expect(
      try refusal("three.onnx", "-o", "m.safetensors", "--title", "Waves")
        == "error: --title is about one style, and three.onnx has 3; describe them in a file for"
        + " --names")
    #expect(
      try refusal("Candy_2.pth", "-o", "m.safetensors", "--name", "Candy!")
        == "error: --name: “Candy!” cannot name a style; expected words of a-z and 0-9 joined by"
        + " hyphens, and not “photo”")
    #expect(
      try refusal("Candy_2.pth", "-o", "m.safetensors", "--name", "a", "--names", "b")
        == "error: --name and --names exclude each other")
  }

  @Test func `the result replaces neither its source nor anything else`() throws {
    try folder.makeFolder("folder.safetensors")
    #expect(
      try refusal("Candy_2.pth", "-o", "m.onnx")
        == "error: --output m.onnx: expected a name ending in .safetensors")
    #expect(
      try refusal("three.onnx", "-o", "folder.safetensors", exitCode: 1)
        == "error: folder.safetensors: exists already; remove it or name another --output")
    try FileManager.default.createSymbolicLink(
      at: folder.url("link.safetensors"), withDestinationURL: folder.url("three.onnx"))
    #expect(
      try refusal("three.onnx", "-o", "link.safetensors")
        == "error: --output link.safetensors is the file that is imported; name another")
  }

  @Test func `what is no network is refused by name`() throws {
    #expect(
      try refusal("none.onnx", "-o", "m.safetensors", exitCode: 1)
        == "error: none.onnx: no such file; check the name and the folder")
    try folder.makePhoto("photo.png")
    #expect(
      try refusal("photo.png", "-o", "m.safetensors", exitCode: 1)
        == "error: photo.png: not an ONNX model, or a damaged one; check that it is the right file")
  }
}
