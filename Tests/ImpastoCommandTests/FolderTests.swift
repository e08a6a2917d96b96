import Foundation
import ImpastoFiles
import ImpastoImaging
import TestSupport
import Testing

/// Folders as people have them: with folders, links and files of all kinds in them.
struct FolderTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    program = try Program.withModel()
    folder = program.folder
  }

  private func stylize(_ arguments: String...) throws -> Program.Outcome {
    try program.run(["stylize", "--style", "great-wave"] + arguments)
  }

  /// The files in `name` and below it.
  private func files(in name: String) throws -> [String] {
    try ImageFolder(folder.file(name), isDeep: true).pictures.map(\.name)
  }

  private func leftOut(_ outcome: Program.Outcome) throws -> [[String: String]] {
    try #require(try outcome.json()["left_out"] as? [[String: String]])
  }

  @Test func `what is left out of a folder is named and counted, in words and in JSON`() throws {
    try folder.makePhoto("in/a.png")
    try folder.makePhoto("in/sub/b.png")
    try Data("x".utf8).write(to: folder.url("in/c.mov"))
    #expect(mkfifo(folder.file("in/b.jpg"), 0o600) == 0)
    let said = try stylize("in", "-o", "out")
    #expect(said.exitCode == 0)
    #expect(
      said.errors == """
        left out 3:
          in/b.jpg: a pipe, not a file
          in/c.mov: not a picture by its extension
          in/sub: a folder, which --recursive searches

        """)
    let told = try stylize("in", "-o", "out", "--json", "-q")
    #expect(told.errors.isEmpty)
    #expect(
      try leftOut(told) == [
        ["input": "in/b.jpg", "reason": "a pipe, not a file"],
        ["input": "in/c.mov", "reason": "not a picture by its extension"],
        ["input": "in/sub", "reason": "a folder, which --recursive searches"],
      ])
  }

  @Test func `of much that is left out some is named, and all with --verbose`() throws {
    try folder.makePhoto("in/a.png")
    for number in 10..<40 { try Data().write(to: folder.url("in/\(number).txt")) }
    let brief = try stylize("in", "-o", "out").errors.split(separator: "\n")
    #expect(brief.count == 12 && brief.first == "left out 30:")
    #expect(brief.last == "  and 20 more, which --verbose lists")
    let whole = try stylize("in", "-o", "out", "--verbose").errors
    #expect(whole.contains("  in/39.txt: not a picture by its extension\n"))
  }

  @Test func `a link to nothing among photos is a failure that stops no other`() throws {
    try folder.makePhoto("in/a.png")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("in/b.png"), withDestinationPath: "nowhere")
    let outcome = try stylize("in", "-o", "out")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "error: in/b.png: a link to nothing\n")
    #expect(try files(in: "out") == ["a-great-wave.png"])
  }

  @Test func `a folder with folders only says how they are searched`() throws {
    try folder.makePhoto("in/sub/b.png")
    let outcome = try stylize("in", "-o", "out")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: in: no picture that can be read in this folder; search the folders in it with "
        + "--recursive\n")
    #expect(!folder.exists("out"))
  }

  @Test func `folders in folders are mirrored, and circles of links end`() throws {
    for name in ["in/a.png", "in/x/a.png", "in/x/y/b.png"] { try folder.makePhoto(name) }
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("in/x/up"), withDestinationPath: "..")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("in/w"), withDestinationPath: "x")
    let outcome = try stylize("in", "-o", "out", "--recursive", "--json", "-q")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      try files(in: "out") == [
        "a-great-wave.png", "x/a-great-wave.png", "x/y/b-great-wave.png",
      ])
    #expect(try leftOut(outcome).map { $0["input"] } == ["in/w", "in/x/up"])
  }

  @Test func `results within the folder of photos are no photos`() throws {
    for name in ["in/a.png", "in/x/b.jpg"] { try folder.makePhoto(name) }
    for _ in 0..<2 {
      #expect(try stylize("in", "-o", "in/out", "--recursive", "-q").exitCode == 0)
      #expect(
        try files(in: "in/out") == ["a-great-wave.png", "x/b-great-wave.png"])
    }
    let outcome = try stylize("in", "-o", "in/out", "--recursive", "-q", "--json")
    #expect(
      try leftOut(outcome) == [["input": "in/out", "reason": "the folder of the results"]])
  }

  @Test func `results beside photos are renewed, and painted in no other style`() throws {
    for name in ["in/a.png", "in/a.jpg", "in/b.png", "in/b-side.png"] { try folder.makePhoto(name) }
    for style in ["great-wave", "hokusai-poppies:2,great-wave", "great-wave"] {
      let outcome = try program.run("stylize", "in", "--style", style, "-o", "in", "-q")
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    let results = ["a-jpg", "a-png", "b", "b-side"].flatMap {
      ["in/\($0)-great-wave.png", "in/\($0)-hokusai-poppies-67-great-wave-33.png"]
    }
    #expect(try files(in: "in").count == 4 + results.count)
    for result in results { #expect(folder.exists(result)) }
    let again = try stylize("in", "-o", "in", "--json", "-q")
    let leftOut = try leftOut(again)
    #expect(
      leftOut.first
        == ["input": "in/a-jpg-great-wave.png", "reason": "a result made of a.jpg"])
    #expect(leftOut.count == results.count)
  }

  @Test func `a folder named like a result holds photos`() throws {
    for name in ["in/my.png", "in/my-great-wave-1/x.png"] { try folder.makePhoto(name) }
    #expect(try stylize("in", "-o", "out", "--recursive", "-q").exitCode == 0)
    #expect(
      try files(in: "out") == ["my-great-wave-1/x-great-wave.png", "my-great-wave.png"])
  }

  @Test func `results that are there already are renewed unless they are to be skipped`() throws {
    for name in ["in/a.png", "in/b.png"] { try folder.makePhoto(name) }
    try folder.makeFolder("out")
    try Data("old".utf8).write(to: folder.url("out/a-great-wave.png"))
    let skipping = try stylize("in", "-o", "out", "--skip-existing", "--json", "-q")
    #expect(skipping.exitCode == 0)
    #expect(
      try leftOut(skipping)
        == [["input": "in/a.png", "reason": "out/a-great-wave.png exists already"]])
    #expect(try Data(contentsOf: folder.url("out/a-great-wave.png")) == Data("old".utf8))
    #expect(try files(in: "out").count == 2)
    #expect(try stylize("in", "-o", "out", "--skip-existing", "-q").exitCode == 0)
    #expect(try stylize("in", "-o", "out", "-q").exitCode == 0)
    #expect(try folder.size(of: "out/a-great-wave.png") == [33, 20])
  }

  @Test func `of names that only look the same, the one without a result is painted`() throws {
    // One letter with an accent, and a letter followed by an accent.
    let names = ["caf\u{E9}", "cafe\u{301}"]
    for name in names { try folder.makePhoto("in/\(name).png") }
    #expect(try stylize("in/\(names[0]).png", "-o", "out/", "-q").exitCode == 0)
    #expect(try stylize("in", "-o", "out", "--skip-existing", "-q").exitCode == 0)
    #expect(
      Set(try files(in: "out").map { Array($0.utf8) })
        == Set(names.map { Array("\($0)-great-wave.png".utf8) }))
  }

  @Test func `photos of one name are told apart by their folders, and one photo is painted once`()
    throws
  {
    for name in ["d1/a.png", "d2/a.png", "d2/b.png"] { try folder.makePhoto(name) }
    let outcome = try stylize("d1/a.png", "d2", "./d1/a.png", "-o", "out")
    #expect(outcome.exitCode == 0)
    #expect(
      outcome.errors.hasPrefix(
        "left out 1:\n  ./d1/a.png: the same photo as d1/a.png, which is painted once\n"))
    #expect(
      try files(in: "out") == ["b-great-wave.png", "d1/a-great-wave.png", "d2/a-great-wave.png"])
    let one = try stylize("d1/a.png", "d1/../d1/a.png")
    #expect(one.exitCode == 0 && folder.exists("d1/a-great-wave.png"))
  }

  @Test(arguments: [
    (["phtos/", "-o", "stylised"], ["phtos/"]), (["phtos", "a.png", "-o", "b.png"], ["phtos"]),
    (["phtos", "other", "-o", "out"], ["phtos", "other"]),
  ])
  func `an input that is not there is named before anything about outputs`(
    arguments: [String], missing: [String]
  ) throws {
    try folder.makePhoto("a.png")
    let outcome = try program.run(["stylize", "--style", "great-wave"] + arguments)
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == missing.map { "error: \($0): no such file or folder; check the name\n" }.joined())
    #expect(folder.names == ["a.png", "m.safetensors"])
  }

  @Test func `a mask among the photos is not painted`() throws {
    for name in ["in/a.png", "in/sky.png"] { try folder.makePhoto(name) }
    let outcome = try stylize(
      "in", "--region", "in/sky.png=hokusai-poppies", "-o", "out", "--json", "-q")
    #expect(outcome.exitCode == 0)
    #expect(try leftOut(outcome) == [["input": "in/sky.png", "reason": "a mask"]])
    #expect(try files(in: "out") == ["a-great-wave-sky-hokusai-poppies.png"])
  }

  @Test func `names that are not text, and such as look alike, are painted under their own`() throws
  {
    try folder.makePhoto("plain.png")
    try folder.makeFolder("in")
    let names = ["caf\u{E9}", "cafe\u{301}", "caf\u{10FFE9}"]
    for name in names { try folder.link("plain.png", as: "in/\(name).png".pathBytes) }
    let outcome = try stylize("in", "-o", "out", "--json", "-q")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      try files(in: "out").map(\.pathBytes)
        == [names[1], names[0], names[2]].map { "\($0)-great-wave.png".pathBytes })
    let outputs = try #require(try outcome.json()["outputs"] as? [[String: Any]])
    #expect(outputs.last?["input"] as? String == #"in/caf\xE9.png"#)
  }

  @Test func `a name that is not text can be given on the command line`() throws {
    try folder.makePhoto("plain.png")
    try folder.link("plain.png", as: "caf\u{10FFE9}.png".pathBytes)
    var shell = program
    shell.executable = "/bin/sh"
    let command = #"""
      exec "$0" stylize "$(printf 'caf\351.png')" --style great-wave -o "$(printf 'b\351.png')"
      """#
    let outcome = try shell.run("-c", command, program.executable)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(#"caf\xE9.png → b\xE9.png  33×20"#))
    #expect(try Image(contentsOf: folder.file("b\u{10FFE9}.png")).width == 33)
  }

  @Test(arguments: [
    ["stylize", "-x.png", "--style", "great-wave"],
    ["sheet", "-x.png", "-o", "b.png"],
  ])
  func `a file that looks like an option is called by another name`(arguments: [String]) throws {
    try folder.makePhoto("-x.png")
    let outcome = try program.run(arguments)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors
        == "error: -x.png: what begins with - is taken for an option; call this file ./-x.png\n")
    #expect(try stylize("-q", "./-x.png").exitCode == 0)
    #expect(try stylize("-q", "-o", "b.png", "--", "-x.png").exitCode == 0)
  }
}
