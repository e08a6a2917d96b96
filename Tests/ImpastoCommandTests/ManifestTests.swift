import Foundation
import TestSupport
import Testing

/// Folders that are painted in several calls: by manifests, lists and shards.
struct ManifestTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    program = try Program.withModel()
    folder = program.folder
    for name in ["a", "b", "c"] { try folder.makePhoto("in/\(name).png") }
  }

  private func stylize(_ arguments: String...) throws -> Program.Outcome {
    try program.run(["stylize", "--style", "great-wave"] + arguments)
  }

  /// The words of a call, without the lines of its progress.
  private func said(_ outcome: Program.Outcome) -> String {
    outcome.errors.replacing(#/(?m)^\d+/\d+  .*\n/#, with: "")
  }

  private func lines(_ file: String = "out/manifest.jsonl") throws -> [[String: Any]] {
    try String(contentsOf: folder.url(file), encoding: .utf8).split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  /// The bytes of all results in a folder.
  private func results(_ name: String) throws -> [String: Data] {
    let paths = FileManager.default.enumerator(atPath: folder.file(name))?.allObjects ?? []
    return try Dictionary(
      uniqueKeysWithValues: paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".png") }
        .map { ($0, try Data(contentsOf: folder.url("\(name)/\($0)"))) })
  }

  @Test func `a manifest has the settings and a line for each photo`() throws {
    try Data("no photo".utf8).write(to: folder.url("in/d.png"))
    #expect(try stylize("in", "-o", "out").exitCode == 1)
    let lines = try lines()
    #expect(lines.count == 5)
    let name = try #require(lines[0]["settings"] as? String)
    let settings = try #require(lines[0]["values"] as? [String: String])
    #expect(settings["mixture.great-wave"] == "1" && settings["program"] == "0.1.0")
    let result = try Data(contentsOf: folder.url("out/a-great-wave.png"))
    #expect(lines[1]["input"] as? String == "in/a.png")
    #expect(lines[1]["output"] as? String == "a-great-wave.png")
    #expect(lines[1]["settings"] as? String == name)
    let told = try #require(lines[1]["result"] as? [String: Any])
    #expect(told["bytes"] as? Int == result.count)
    #expect(told["sha256"] as? String == (try sha256("out/a-great-wave.png")))
    #expect(told["seconds"] is Double)
    #expect(lines.compactMap { $0["failure"] as? String }.count == 1)
    #expect((lines[4]["failure"] as? String)?.hasPrefix("in/d.png: ") == true)
    #expect(lines[4]["result"] == nil)
  }

  /// The digest by another program.
  private func sha256(_ file: String) throws -> String {
    let outcome = try Program(folder: folder, executable: "/usr/bin/sha256sum").run([file])
    return String(outcome.output.prefix(64))
  }

  @Test func `only what is missing, has changed or has failed is painted again`() throws {
    try Data("no photo".utf8).write(to: folder.url("in/d.png"))
    _ = try stylize("in", "-o", "out")
    let first = try results("out")
    let again = try stylize("in", "-o", "out")
    #expect(again.exitCode == 1)
    #expect(again.output == "great-wave 1\n")
    #expect(said(again).hasPrefix("error: in/d.png: "))
    #expect(said(again).hasSuffix("\n3 photos done before\n"))
    // A failure that is the same is listed once.
    #expect(try lines().count == 5)

    try FileManager.default.removeItem(at: folder.url("out/a-great-wave.png"))
    try folder.makePhoto("in/b.png", width: 40)
    try folder.makePhoto("in/d.png")
    let third = try stylize("in", "-o", "out", "--json")
    #expect(third.exitCode == 0)
    let told = try third.json()
    #expect(
      (told["outputs"] as? [[String: Any]])?.map { $0["input"] as? String }
        == ["in/a.png", "in/b.png", "in/d.png"])
    #expect(told["already_done"] as? Int == 1)
    #expect(try results("out")["a-great-wave.png"] == first["a-great-wave.png"])
    #expect(try results("out")["b-great-wave.png"] != first["b-great-wave.png"])
  }

  @Test func `a photo that fails again after it was painted is listed again`() throws {
    func paint(_ photo: String) throws -> Int {
      try Data(photo.utf8).write(to: folder.url("in/d.png"))
      let exitCode = try stylize("in", "-o", "out").exitCode
      #expect(exitCode == 1)
      return try lines().count { $0["failure"] != nil }
    }
    #expect(try [paint("no photo"), paint("no photo")] == [1, 1])
    try folder.makePhoto("in/d.png")
    #expect(try stylize("in", "-o", "out").exitCode == 0)
    #expect(try [paint("no photo"), paint("no photo")] == [2, 2])
  }

  @Test func `a folder of results that is taken away ends the work, which says so`() throws {
    let writer = try folder.makePipe("list")
    let running = try program.start(["stylize", "-s", "great-wave", "-o", "out", "--list", "list"])
    try writer.write(contentsOf: Data("in/a.png\n".utf8))
    for _ in 0..<60_000
    where running.process.isRunning && (try? lines())?.count != 2 { usleep(2_000) }
    try FileManager.default.moveItem(at: folder.url("out"), to: folder.url("taken"))
    try writer.write(contentsOf: Data("in/b.png\nin/c.png\n".utf8))
    try writer.close()
    let outcome = try running.finish()
    #expect(outcome.exitCode == 1)
    #expect(
      said(outcome).hasSuffix(
        "error: out/manifest.jsonl: cannot be written (it was moved or removed while it was being "
          + "written); check the folder, its permissions and the free space\n"), "\(outcome.errors)"
    )
    #expect(try lines("taken/manifest.jsonl").count == 2)
    #expect(!folder.exists("out/in/c-great-wave.png"))
  }

  @Test func `what was painted with other settings is painted again, which is said once`() throws {
    _ = try stylize("in", "-o", "out")
    let other = try stylize("in", "-o", "out", "--size", "30")
    #expect(other.exitCode == 0)
    #expect(
      said(other) == """
        out/a-great-wave.png is painted again, as are others like it, since it was painted otherwise: \
        now size is 30 and not missing

        """)
    #expect(try folder.size(of: "out/a-great-wave.png") == [30, 18])
    // Another style has other names.
    _ = try program.run("stylize", "in", "--style", "hokusai-poppies", "-o", "out", "-q")
    #expect(try stylize("in", "-o", "out", "--size", "30").errors == "3 photos done before\n")
  }

  @Test func `the torn last line of a process that was killed does not count, and is taken away`()
    throws
  {
    _ = try stylize("in", "-o", "out")
    let whole = try Data(contentsOf: folder.url("out/manifest.jsonl"))
    try whole.dropLast(20).write(to: folder.url("out/manifest.jsonl"))
    let again = try stylize("in", "-o", "out")
    #expect(said(again) == "2 photos done before\n")
    #expect(
      try lines().compactMap { $0["input"] as? String } == ["in/a.png", "in/b.png", "in/c.png"])
    // Other damage is told, and costs the photos of its lines.
    var text = try String(contentsOf: folder.url("out/manifest.jsonl"), encoding: .utf8)
    text = text.replacing("\"input\":\"in/b.png\"", with: "\"input\":in/b.png\"")
    try Data(text.utf8).write(to: folder.url("out/manifest.jsonl"))
    let damaged = try stylize("in", "-o", "out")
    #expect(
      said(damaged) == """
        warning: out/manifest.jsonl: 1 line cannot be read; the photos of such lines are painted again
        2 photos done before

        """)
  }

  @Test(arguments: ["\n", "\r\n", "\0"])
  func `a list of photos is painted into the folders of their names`(separator: String) throws {
    try folder.makePhoto("in/deep/a.png")
    let names = ["in/a.png", "./in/deep/a.png", "in/deep/../b.png", folder.file("in/c.png")]
    try Data(names.joined(separator: separator).utf8).write(to: folder.url("list"))
    let outcome = try stylize("--list", "list", "-o", "out")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let home = String(folder.file("in").dropFirst())
    #expect(
      Set(try results("out").keys) == [
        "in/a-great-wave.png", "in/deep/a-great-wave.png", "in/b-great-wave.png",
        "\(home)/c-great-wave.png",
      ])
    #expect(try stylize("--list", "list", "-o", "out").errors == "4 photos done before\n")
  }

  @Test func `what cannot be painted of a list is told once, and the rest is painted`() throws {
    try folder.makePhoto("in/a.jpg")
    try folder.makePhoto("out/a.png")
    #expect(mkfifo(folder.file("in/pipe.png"), 0o600) == 0)
    let names = [
      "in/a.png", "in/none.png", "in/a.png", "in/a.jpg", "in", "in/pipe.png", "", "out/a.png",
      "in/b.png",
    ]
    try Data(names.map { "\($0)\n" }.joined().utf8).write(to: folder.url("list"))
    let outcome = try stylize("--list", "list", "-o", "out")
    #expect(outcome.exitCode == 1)
    let errors = """
      error: in/none.png: no such file; check the name and the folder
      left out in/a.png: listed before
      error: in/a.jpg: its result would be out/in/a-great-wave.png, as that of another photo of the \
      list; stylise it by itself, with its own --output
      error: in: not a file; list the names of photos only
      error: in/pipe.png: not a file; list the names of photos only
      left out out/a.png: in the folder of the results

      """
    #expect(outcome.errors == errors)
    #expect(Set(try results("out/in").keys) == ["a-great-wave.png", "b-great-wave.png"])
    #expect(try lines().count { $0["failure"] != nil } == 4)
    #expect(try stylize("--list", "list", "-o", "out").errors == errors + "2 photos done before\n")
    #expect(try lines().count { $0["failure"] != nil } == 4)
  }

  @Test func `names of any bytes are listed, painted and found again`() throws {
    var name = Array("in/caf".utf8) + [0xE9] + Array(".png".utf8)
    let photo = try Data(contentsOf: folder.url("in/a.png"))
    let path = Array(folder.file("").utf8) + name + [0]
    let file = path.withUnsafeBytes {
      open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o600)
    }
    #expect(photo.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == photo.count)
    close(file)
    name.append(0)
    // Names that only look the same.
    for other in ["caf\u{E9}", "cafe\u{301}"] {
      try folder.makePhoto("in/\(other).png")
      name += Array("in/\(other).png".utf8) + [0]
    }
    try Data(name).write(to: folder.url("list"))
    let outcome = try stylize("--list", "list", "-o", "out")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.contains("in/caf\\xE9.png → out/in/caf\\xE9-great-wave.png"))
    #expect(try stylize("--list", "list", "-o", "out").errors == "3 photos done before\n")
  }

  @Test func `shards paint all photos once, and one process finds all done`() throws {
    #expect(try stylize("in", "-o", "whole").exitCode == 0)
    for shard in ["1/2", "2/2"] {
      #expect(try stylize("in", "-o", "out", "--shard", shard).exitCode == 0)
    }
    #expect(try results("out") == results("whole"))
    func inputs(_ shard: Int) throws -> [String] {
      try lines("out/manifest/\(shard)-of-2.jsonl").compactMap { $0["input"] as? String }
    }
    #expect(try inputs(1) == ["in/a.png", "in/c.png"])
    #expect(try inputs(2) == ["in/b.png"])
    #expect(try stylize("in", "-o", "out").errors == "3 photos done before\n")
    #expect(!folder.exists("out/manifest.jsonl"))
  }

  @Test func `two runs on one folder are told apart, and the second is refused`() throws {
    for name in ["d", "e"] { try folder.makePhoto("in/\(name).png", width: 1500, height: 1200) }
    for (options, name) in [([], "out"), (["--shard", "1/2"], "out, shard 1/2")] {
      let run = ["stylize", "in", "--style", "great-wave", "-o", "out", "-q"] + options
      let live = try program.start(run)
      let lock = options.isEmpty ? "out/.manifest.jsonl.lock" : "out/manifest/.1-of-2.jsonl.lock"
      while live.process.isRunning, !folder.exists(lock) { usleep(1000) }
      let second = try program.run(run)
      #expect(second.exitCode == 1)
      let text = second.errors.replacing(#/since [0-2]\d:[0-5]\d\)/#, with: "since TIME)")
      #expect(
        text == """
          error: \(name): another impasto (process \(live.process.processIdentifier), since TIME) is \
          painting into it; wait for its end, or name another --output

          """)
      live.send(SIGKILL)
      _ = try live.finish()
      // The lock of one that is dead holds nobody up.
      #expect(try program.run(run).exitCode == 0)
      #expect(!folder.exists(lock))
      try FileManager.default.removeItem(at: folder.url("out"))
    }
  }

  @Test(arguments: [
    (
      ["in", "-o", "out", "--shard", "0/4"],
      "--shard 0/4: expected I/N, shard I of N with I from 1 to N, such as 2/8"
    ),
    (
      ["in", "-o", "out", "--shard", "5/4"],
      "--shard 5/4: expected I/N, shard I of N with I from 1 to N, such as 2/8"
    ),
    (
      ["in", "-o", "out", "--shard", "x"],
      "--shard x: expected I/N, shard I of N with I from 1 to N, such as 2/8"
    ),
    (
      ["in/a.png", "--shard", "1/2"],
      "--shard needs a folder for the results; name it with --output"
    ),
  ])
  func `a shard that is none is refused`(_ arguments: [String], text: String) throws {
    let outcome = try program.run(["stylize", "--style", "great-wave"] + arguments)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors == "error: \(text)\nSee 'impasto stylize --help' for more information.\n")
    #expect(!folder.exists("out"))
  }

  @Test(arguments: [
    (["--list", "list"], "--list needs a folder for the results; name it with --output"),
    (
      ["--list", "list", "-o", "-"], "--list needs a folder for the results; name it with --output"
    ),
    (
      ["--list", "list", "-o", "a.png"],
      "--output a.png names one picture, but there are several; name a folder"
    ),
    (
      ["--list", "list", "in", "-o", "out"],
      "--list names the photos; leave other photos and --recursive out"
    ),
    (
      ["--list", "list", "-o", "out", "--recursive"],
      "--list names the photos; leave other photos and --recursive out"
    ),
  ])
  func `a list beside what it excludes is refused`(_ arguments: [String], text: String) throws {
    let outcome = try program.run(["stylize", "--style", "great-wave"] + arguments)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors == """
        error: \(text)
        Usage: impasto stylize <photo> ... --style <style> [<options>]
          See 'impasto stylize --help' for more information.

        """)
  }

  @Test func `a list that names nothing, is missing or no list is refused by name`() throws {
    try Data("\n\n".utf8).write(to: folder.url("empty"))
    try Data(repeating: 7, count: 5000).write(to: folder.url("long"))
    for (list, text) in [
      ("empty", "empty: names no photo; expected one name a line, or names separated by NUL"),
      ("none", "none: no such file; check the name and the folder"),
      ("in", "in: a folder, where a file is expected; name a file inside it"),
      (
        "long",
        "long: not a list of files, since a line is longer than a path can be or has a NUL in it; "
          + "expected one name a line, or names separated by NUL"
      ),
    ] {
      let outcome = try stylize("--list", list, "-o", "out")
      #expect(outcome.exitCode == 1)
      #expect(outcome.errors == "error: \(text)\n")
      #expect(!folder.exists("out"))
    }
  }
}
