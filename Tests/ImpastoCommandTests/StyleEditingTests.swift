import Foundation
import ImpastoImaging
import ImpastoNetworks
import TestSupport
import Testing

/// Renaming, removing, exporting and importing styles, as a user does it.
struct StyleEditingTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    program = try Program.withModel()
    folder = program.folder
    try folder.makePhoto("photo.png")
  }

  private func picture(_ style: String, by model: String) throws -> Image {
    let name = UUID().uuidString + ".png"
    let outcome = try program.run(
      "stylize", "photo.png", "--style", style, "--model", model, "-o", name, "-q")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    defer { try? FileManager.default.removeItem(at: folder.url(name)) }
    return try Image(contentsOf: folder.file(name))
  }

  private func names(in model: String) throws -> [String] {
    try StyleModel(contentsOf: folder.file(model)).styles.map(\.name)
  }

  /// Runs what must be refused, and returns its words once nothing has changed.
  private func refusal(_ arguments: [String], exitCode: Int32 = 1) throws -> String {
    let before = try folder.contents
    let outcome = try program.run(["styles"] + arguments)
    #expect(outcome.exitCode == exitCode)
    #expect(outcome.output.isEmpty)
    #expect(try folder.contents == before)
    return outcome.errors
  }

  // MARK: Renaming and removing

  @Test func `a renamed style paints the same picture, and the result names the file changed`()
    throws
  {
    let before = try picture("great-wave", by: "m.safetensors")
    #expect(try picture("van-gogh-auvers", by: "m.safetensors") != before)
    let outcome = try program.run("styles", "rename", "great-wave", "wave")
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
    #expect(
      outcome.output
        == "\(folder.file("m.safetensors")): renamed great-wave to wave, 3 styles now\n")
    #expect(try names(in: "m.safetensors") == ["wave", "hokusai-poppies", "van-gogh-auvers"])
    #expect(try picture("wave", by: "m.safetensors") == before)
  }

  @Test func `the other styles paint the same after one is removed into a copy`() throws {
    let before = try folder.contents["m.safetensors"]
    let result = try program.run(
      "styles", "remove", "great-wave", "-o", "less.safetensors", "--json"
    ).json()
    #expect(result["checkpoint"] as? String == folder.file("m.safetensors"))
    #expect(result["output"] as? String == "less.safetensors")
    #expect(result["styles"] as? [String] == ["hokusai-poppies", "van-gogh-auvers"])
    #expect(try folder.contents["m.safetensors"] == before)
    for style in ["hokusai-poppies", "van-gogh-auvers:1,photo:1"] {
      #expect(
        try picture(style, by: "less.safetensors") == picture(style, by: "m.safetensors"))
    }
  }

  @Test func `changes made at once to one checkpoint are all kept, and its permissions too`()
    throws
  {
    let names = (1...6).map { "style-\($0)" }
    try folder.makeModel("m.safetensors", styles: names)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: folder.file("m.safetensors"))
    let running = try names.map { try program.start(["styles", "rename", $0, "new-\($0)"]) }
    for program in running {
      let outcome = try program.finish()
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    #expect(try self.names(in: "m.safetensors") == names.map { "new-\($0)" })
    let attributes = try FileManager.default.attributesOfItem(
      atPath: folder.file("m.safetensors"))
    #expect(attributes[.posixPermissions] as? Int == 0o640)
  }

  @Test func `quiet says nothing`() throws {
    let outcome = try program.run("styles", "remove", "great-wave", "--quiet")
    #expect(outcome.exitCode == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
  }

  // MARK: Files

  @Test func `a style travels by file to another folder and paints the same there`() throws {
    let export = try program.run("styles", "export", "great-wave")
    #expect(
      export.output.hasPrefix(
        "\(folder.file("m.safetensors")): great-wave → great-wave.style.safetensors ("))
    try FileManager.default.createDirectory(
      at: folder.url("there"), withIntermediateDirectories: true)
    try folder.makeModel("there/n.safetensors", styles: ["a", "b"])
    try FileManager.default.moveItem(
      at: folder.url("great-wave.style.safetensors"), to: folder.url("there/x.style.safetensors"))
    let outcome = try program.run(
      "styles", "import", "there/x.style.safetensors", "--model", "there/n.safetensors")
    #expect(outcome.output == "there/n.safetensors: imported great-wave, 3 styles now\n")
    #expect(try names(in: "there/n.safetensors") == ["a", "b", "great-wave"])
    #expect(
      try picture("great-wave", by: "there/n.safetensors")
        == picture("great-wave", by: "m.safetensors"))

    let shown = try program.run(
      "styles", "show", "great-wave", "--model", "there/n.safetensors", "--json"
    ).json()
    #expect((shown["training"] as? [String: String]) == ["steps": "100"])
  }

  @Test func `export as JSON tells what the file holds`() throws {
    let result = try program.run(
      "styles", "export", "great-wave", "-o", "x.style.safetensors", "--json"
    ).json()
    #expect(
      result.keys.sorted() == ["bytes", "checkpoint", "fingerprint", "output", "style"])
    #expect(result["output"] as? String == "x.style.safetensors")
    #expect(result["bytes"] as? Int == (try folder.contents["x.style.safetensors"])?.count)
    #expect((result["style"] as? [String: String])?["artist"] == "An Artist")
  }

  @Test func `several files are imported together, or none of them`() throws {
    for name in ["great-wave", "van-gogh-auvers"] {
      #expect(try program.run("styles", "export", name).exitCode == 0)
      #expect(try program.run("styles", "remove", name, "-q").exitCode == 0)
    }
    try Data("text".utf8).write(to: folder.url("bad.style.safetensors"))
    let files = ["great-wave.style.safetensors", "van-gogh-auvers.style.safetensors"]
    #expect(
      try refusal(["import"] + files + ["bad.style.safetensors"]).hasPrefix(
        "error: bad.style.safetensors: 4 bytes are too few for a safetensors file"))
    #expect(
      try refusal(["import"] + files + [files[0]]) == """
        error: great-wave.style.safetensors: this very style is here already, as “great-wave”; \
        import it under another name with --as NAME

        """)
    let outcome = try program.run(["styles", "import"] + files)
    #expect(outcome.output.hasSuffix(": imported great-wave, van-gogh-auvers, 3 styles now\n"))
    #expect(
      try names(in: "m.safetensors") == ["hokusai-poppies", "great-wave", "van-gogh-auvers"])
  }

  @Test func `a style is imported a second time under another name`() throws {
    #expect(try program.run("styles", "export", "great-wave").exitCode == 0)
    let outcome = try program.run(
      "styles", "import", "great-wave.style.safetensors", "--as", "wave")
    #expect(outcome.output.hasSuffix(": imported wave, 4 styles now\n"))
    #expect(
      try picture("wave", by: "m.safetensors") == picture("great-wave", by: "m.safetensors"))
  }

  // MARK: Refusals

  @Test(arguments: [
    (["show", "great-waev"], "no style is named “great-waev”; did you mean great-wave?"),
    (["export", "great-waev"], "no style is named “great-waev”; did you mean great-wave?"),
    (["remove", "great-waev"], "no style is named “great-waev”; did you mean great-wave?"),
    (["rename", "great-waev", "b"], "no style is named “great-waev”; did you mean great-wave?"),
    (
      ["show", "photo"],
      "“photo” is not a style but the row that returns the photo itself; choose another name"
    ),
    (
      ["rename", "great-wave", "hokusai-poppies"],
      "a style is named “hokusai-poppies” already; choose another name"
    ),
    (
      ["rename", "great-wave", "Great Wave"],
      "“Great Wave” cannot name a style; expected words of a-z and 0-9 joined by hyphens, 100 "
        + "characters at most"
    ),
    (
      ["import", "x.style.safetensors", "--as", "great-wave"],
      "a style is named “great-wave” already; choose another name"
    ),
    (
      ["remove", "great-wave", "-o", "./m.safetensors"],
      "--output ./m.safetensors is the checkpoint itself; leave --output out to change it in place"
    ),
    (
      ["export", "great-wave", "-o", "./m.safetensors"],
      "--output ./m.safetensors is the checkpoint itself, which would be lost; name another"
    ),
    (
      ["import", "x.style.safetensors", "-o", "./x.style.safetensors"],
      "--output ./x.style.safetensors is the style file x.style.safetensors, which would be lost; "
        + "name another"
    ),
  ])
  func `a mistake is answered with what to do and exit code 64`(
    _ arguments: [String], _ text: String
  ) throws {
    #expect(
      try program.run("styles", "export", "great-wave", "-o", "x.style.safetensors").exitCode == 0)
    #expect(
      try refusal(arguments, exitCode: 64) == """
        error: \(text)
        See 'impasto styles \(arguments[0]) --help' for more information.

        """)
  }

  @Test func `one name for several files is refused`() throws {
    #expect(
      try refusal(["import", "a", "b", "--as", "c"], exitCode: 64).hasPrefix(
        "error: --as c names one style, but there are 2 files; import them one by one\n"))
  }

  @Test func `the last style stays`() throws {
    try folder.makeModel("one.safetensors", styles: ["great-wave"])
    #expect(
      try refusal(["remove", "great-wave", "--model", "one.safetensors"]) == """
        error: “great-wave” is the only style, and a network without styles cannot paint; add \
        another before it is removed

        """)
  }

  @Test func `a style of another network is refused with both fingerprints`() throws {
    #expect(try program.run("styles", "export", "great-wave").exitCode == 0)
    try folder.makeModel("n.safetensors", styles: ["a"], seed: 2)
    let fingerprints = try ["m.safetensors", "n.safetensors"].map {
      try StyleModel(contentsOf: folder.file($0)).fingerprint
    }
    #expect(
      try refusal(["import", "great-wave.style.safetensors", "--model", "n.safetensors"]) == """
        error: great-wave.style.safetensors: a style of the network \(fingerprints[0]), which \
        does not fit the network \(fingerprints[1]); import it into a checkpoint of its own \
        network, or learn its painting here with `impasto add-style`

        """)
  }

  @Test func `files taken for each other are answered with the right command`() throws {
    #expect(try program.run("styles", "export", "great-wave").exitCode == 0)
    #expect(
      try refusal(["import", "m.safetensors"]) == """
        error: m.safetensors: a checkpoint, where a style file is expected; take a style out of it \
        with `impasto styles export NAME --model m.safetensors`

        """)
    #expect(
      try refusal(["list", "--model", "great-wave.style.safetensors"]) == """
        error: great-wave.style.safetensors: a style file, where a checkpoint is expected; add it \
        to a checkpoint with `impasto styles import great-wave.style.safetensors`

        """)
  }

  @Test func `nothing that is there already is written over`() throws {
    #expect(try program.run("styles", "export", "great-wave").exitCode == 0)
    let exists = "exists already; remove it or name another --output\n"
    #expect(
      try refusal(["export", "great-wave"]) == "error: great-wave.style.safetensors: \(exists)")
    #expect(
      try refusal(["remove", "great-wave", "-o", "photo.png"]) == "error: photo.png: \(exists)")
    #expect(
      try refusal(["export", "great-wave", "-o", "no/a.style.safetensors"]) == """
        error: no/a.style.safetensors: its folder no does not exist; make it, or name another \
        --output

        """)
  }

  @Test func `a checkpoint that is protected from writing is changed in a copy only`() throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o444], ofItemAtPath: folder.file("m.safetensors"))
    #expect(
      try refusal(["remove", "great-wave", "--model", "m.safetensors"]) == """
        error: m.safetensors: this checkpoint is protected from writing; write the changed one to \
        another file with --output

        """)
    let outcome = try program.run("styles", "remove", "great-wave", "-o", "n.safetensors")
    #expect(outcome.exitCode == 0)
    #expect(try names(in: "n.safetensors") == ["hokusai-poppies", "van-gogh-auvers"])
  }

  // MARK: Text from files

  @Test func `text from a file cannot command the terminal`() throws {
    let path = folder.file("m.safetensors")
    let model = try StyleModel(contentsOf: path)
    let style = try model.style(named: "great-wave")
    let evil = Style(
      description: StyleDescription(name: "evil", title: "A\u{1B}[2JB\r\u{9B}C"),
      scale: style.scale, shift: style.shift)
    try model.adding(evil).write(to: path)
    let outcome = try program.run("styles", "show", "evil")
    #expect(outcome.output.contains(#"title        A\u001B[2JB \u009BC"#))
  }

  @Test func `a title of several lines takes one line of a list`() throws {
    let path = folder.file("m.safetensors")
    let model = try StyleModel(contentsOf: path)
    let style = try model.style(named: "great-wave")
    let long = Style(
      description: StyleDescription(name: "long", title: "One\nfalse  Two\r\nThree"),
      scale: style.scale, shift: style.shift)
    try model.adding(long).write(to: path)
    let lines = try program.run("styles").output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.last?.hasSuffix("One false  Two Three") == true)
  }
}

extension TemporaryFolder {
  /// The bytes of every file in the folder itself, hidden ones and so unfinished ones among them.
  fileprivate var contents: [String: Data] {
    get throws {
      var contents: [String: Data] = [:]
      for name in names {
        contents[name] = try? Data(contentsOf: url(name))
      }
      return contents
    }
  }
}
