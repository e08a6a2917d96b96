import Foundation
import ImpastoCompute
import TestSupport
import Testing

struct StylizeTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    program = try Program.withModel()
    folder = program.folder
  }

  @Test func `the result goes beside the photo, named after the style and of the photo's size`()
    throws
  {
    try folder.makePhoto("sub/photo.jpg")
    let outcome = try program.run("stylize", "sub/photo.jpg", "--style", "great-wave")
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output.hasPrefix("great-wave 1\nsub/photo.jpg → sub/photo-great-wave.png  33×20  "))
    #expect(try folder.size(of: "sub/photo-great-wave.png") == [33, 20])
  }

  @Test func `a blend is normalised, printed and part of the name`() throws {
    try folder.makePhoto("a.png")
    let outcome = try program.run(
      "stylize", "a.png", "--style", "great-wave:3,hokusai-poppies:1", "-q")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.isEmpty && outcome.errors.isEmpty)
    #expect(folder.exists("a-great-wave-75-hokusai-poppies-25.png"))
    let loud = try program.run("stylize", "a.png", "--style", "great-wave:3,hokusai-poppies:1")
    #expect(loud.output.hasPrefix("great-wave 0.75, hokusai-poppies 0.25\n"))
  }

  @Test func `JSON is one object with all that was asked for, and nothing else is printed`() throws
  {
    try folder.makePhoto("a.png")
    let outcome = try program.run(
      "stylize", "a.png", "--style", "great-wave:0.75,hokusai-poppies:0.25", "-o", "b.jpg",
      "--size", "66", "--backend", "openblas", "--json")
    #expect(outcome.exitCode == 0)
    let result = try outcome.json()
    #expect(Array(result.keys) == ["outputs"])
    let output = try #require((result["outputs"] as? [[String: Any]])?.first)
    #expect(
      output.keys.sorted() == [
        "arithmetic", "backend", "compute_seconds", "height", "input", "keep_colors", "mixture",
        "output",
        "precision", "regions", "strength", "stroke_size", "total_seconds", "width",
      ])
    #expect(output["input"] as? String == "a.png" && output["output"] as? String == "b.jpg")
    #expect(output["width"] as? Int == 66 && output["height"] as? Int == 40)
    #expect(
      output["mixture"] as? [String: Double] == ["great-wave": 0.75, "hokusai-poppies": 0.25])
    #expect(output["precision"] as? String == "f32" && output["backend"] as? String == "openblas")
    let arithmetic = try #require(output["arithmetic"] as? [String: String])
    #expect(
      arithmetic == [
        "instruction_set": InstructionSet.current.rawValue, "onednn": OneDNNBackend.version,
      ])
    let (compute, total) = (output["compute_seconds"], output["total_seconds"])
    #expect(try #require(compute as? Double) <= #require(total as? Double))
    #expect(try folder.size(of: "b.jpg") == [66, 40])
  }

  @Test func `a folder is stylised into another, made for it, and a bad file does not stop it`()
    throws
  {
    for name in ["in/a.png", "in/c.jpg", "in/.hidden.png"] { try folder.makePhoto(name) }
    try Data("no picture".utf8).write(to: folder.url("in/b.png"))
    try Data("text".utf8).write(to: folder.url("in/notes.txt"))
    let outcome = try program.run("stylize", "in", "--style", "great-wave", "-o", "deep/out")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("error: in/b.png: "))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("deep/out"))
    #expect(names.sorted() == ["a-great-wave.png", "c-great-wave.png", "manifest.jsonl"])
  }

  @Test func `JSON of a run with failures lists what was written`() throws {
    try folder.makePhoto("a.png")
    let outcome = try program.run("stylize", "a.png", "b.png", "--style", "great-wave", "--json")
    #expect(outcome.exitCode == 1)
    #expect(try (outcome.json()["outputs"] as? [Any])?.count == 1)
    #expect(outcome.errors.contains("error: b.png: no such file or folder; check the name\n"))
  }

  @Test func `equal names and empty folders among several inputs do not stop the others`() throws {
    for name in ["in/a.png", "in/a.jpg", "in/b.png", "b.png"] { try folder.makePhoto(name) }
    try FileManager.default.createDirectory(
      at: folder.url("empty"), withIntermediateDirectories: true)
    let outcome = try program.run(
      "stylize", "in", "empty", "b.png", "in/b.png", "--style", "great-wave", "-o", "out", "--json")
    #expect(outcome.exitCode == 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
    #expect(
      names.sorted() == [
        "a-jpg-great-wave.png", "a-png-great-wave.png", "b-great-wave.png", "in", "manifest.jsonl",
      ])
    #expect(folder.exists("out/in/b-great-wave.png"))
    let result = try outcome.json()
    let failures = try #require(result["failures"] as? [[String: String]])
    #expect(failures.map { $0["input"] } == ["empty"])
    let leftOut = try #require(result["left_out"] as? [[String: String]])
    #expect(
      leftOut == [
        ["input": "in/b.png", "reason": "the same photo as in/b.png, which is painted once"]
      ])
  }

  @Test func `what would make a result impossible is said before the work`() throws {
    try folder.makePhoto("a.png", width: 300, height: 16)
    let thin = try program.run("stylize", "a.png", "--style", "great-wave", "--size", "100")
    #expect(thin.exitCode == 1)
    #expect(
      thin.errors
        == "error: a.png: 300×16 pixels scaled by --size 100 are 100×5, and 16×16 is the least; "
        + "choose --size 300 or larger\n")
    try folder.makePhoto("b.png", width: 20_000, height: 16)
    let long = try program.run("stylize", "b.png", "--style", "great-wave", "--size", "100")
    #expect(
      long.errors
        == "error: b.png: 20000×16 pixels scaled by --size 100 are 100×1, and 16×16 is the least; "
        + "crop it\n")
    let name = String(repeating: "é", count: 126) + ".png"
    let unnamable = try program.run("stylize", "a.png", "--style", "great-wave", "-o", name)
    #expect(unnamable.exitCode == 1)
    #expect(
      unnamable.errors
        == "error: \(name): its name has 256 bytes, and 255 are the most; choose a shorter one with "
        + "--output\n")
    let lost = try program.run("stylize", "a.png", "--style", "great-wave", "-o", "no/b.png")
    #expect(lost.exitCode == 1)
    #expect(
      lost.errors
        == "error: no/b.png: its folder no does not exist; make it, or name another --output\n")
  }

  @Test(arguments: [
    ([], "a-great-wave.png"), (["--size", "1200"], "a-great-wave.png"),
    (["--stroke-size", "0.5"], "a-great-wave-strokes-0.5.png"),
  ])
  func `an interruption leaves all as it was, and no other photo is begun`(
    options: [String], result: String
  ) throws {
    for name in ["a.png", "b.png"] { try folder.makePhoto(name, width: 1000, height: 800) }
    try FileManager.default.createDirectory(
      at: folder.url("out"), withIntermediateDirectories: true)
    let run = try program.start(
      ["stylize", "a.png", "b.png", "--style", "great-wave", "-o", "out", "-q"] + options)
    // Until it has begun to write.
    while run.process.isRunning, !run.hasDraft(in: folder.url("out")) { usleep(1000) }
    run.process.interrupt()
    let outcome = try run.finish()
    #expect(outcome.exitCode == 128 + SIGINT && outcome.output.isEmpty)
    #expect(outcome.errors == "error: out/\(result): interrupted; nothing was written\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).isEmpty)
  }

  @Test func `a photo that is too small is refused by name`() throws {
    try folder.makePhoto("a.png", width: 15, height: 40)
    let outcome = try program.run("stylize", "a.png", "--style", "great-wave")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: a.png: the picture is 15×40 pixels, and 16×16 is the least; use a larger one\n")
    #expect(!folder.exists("a-great-wave.png"))
  }

  @Test(arguments: [
    (
      ["a.png", "--style", "great-waev"],
      "--style: no style is named “great-waev”; did you mean great-wave?"
    ),
    (
      ["a.png", "--style", "GREAT-WAVES"],
      "--style: no style is named “GREAT-WAVES”; did you mean great-wave?"
    ),
    (
      ["a.png", "--style", "great-wave:0,7"],
      "--style: no style is named “7”; if it is part of a weight, write that with a point, as in "
        + "NAME:0.7"
    ),
    (
      ["a.png", "--style", "great-wave:1,hokusai-popies:0"],
      "--style: no style is named “hokusai-popies”; did you mean hokusai-poppies?"
    ),
    (
      ["a.png", "--style", "photo:-1"],
      "--style: “photo:-1” is not a mixture of styles: the weight of photo is -1.0; "
        + "write NAME or NAME:WEIGHT,NAME:WEIGHT with weights of zero or more, not all zero"
    ),
    (
      ["a.png", "--style", "great-wave:0"],
      "--style: “great-wave:0” is not a mixture of styles: its weights are zero or too small to count; "
        + "write NAME or NAME:WEIGHT,NAME:WEIGHT with weights of zero or more, not all zero"
    ),
    (
      ["in", "--style", "great-wave"],
      "in is a folder; say where its pictures go with --output FOLDER"
    ),
    (
      ["a.png", "b.png", "--style", "great-wave", "-o", "out.png"],
      "--output out.png names one picture, but there are several; name a folder"
    ),
    (
      ["a.png", "--style", "great-wave", "-o", "./in/../a.png"],
      "./in/../a.png would be written over the photo a.png; name another --output"
    ),
    (
      ["a.png", "--style", "great-wave", "-o", "out.gif"],
      "--output out.gif: the extension does not name a format to write; end the name in .png, "
        + ".jpg, .jpeg or .webp"
    ),
  ])
  func `a mistake is answered with what to do and exit code 64`(
    _ arguments: [String], _ text: String
  ) throws {
    for name in ["a.png", "b.png", "a.jpg", "in/a.png"] { try folder.makePhoto(name) }
    let before = try Data(contentsOf: folder.url("a.png"))
    let outcome = try program.run(["stylize"] + arguments)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors
        == "error: \(text)\nSee 'impasto stylize --help' for more information.\n")
    #expect(outcome.output.isEmpty)
    #expect(try Data(contentsOf: folder.url("a.png")) == before)
    #expect(folder.names == ["a.jpg", "a.png", "b.png", "in", "m.safetensors"])
  }

  @Test(arguments: [
    (["--size", "-5"], "--size -5: expected a number from 16 to 16384"),
    (["--size", "15"], "--size 15: expected a number from 16 to 16384"),
    (["--size", "1000000"], "--size 1000000: expected a number from 16 to 16384"),
    (["--quality", "0"], "--quality 0: expected a number from 1 to 100"),
    (
      ["--threads", "0"],
      "--threads 0: expected 1 to \(ThreadBudget.available.count), the processors "
        + "here"
    ),
    (["--quiet", "--verbose"], "--quiet and --verbose exclude each other"),
    (
      ["--backend", "openblas", "--precision", "bf16"],
      "--precision bf16: OpenBLAS computes in f32; use --backend onednn"
    ),
  ])
  func `an option out of range is refused`(_ options: [String], _ text: String) throws {
    let outcome = try program.run(["stylize", "a.png", "--style", "great-wave"] + options)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors == """
        error: \(text)
        Usage: impasto stylize <photo> ... --style <style> [<options>]
          See 'impasto stylize --help' for more information.

        """)
  }

  @Test func `bf16 is refused where the instructions lack it`() throws {
    try folder.makePhoto("a.png")
    var program = program
    program.environment["IMPASTO_ISA"] = "baseline"
    let outcome = try program.run(
      "stylize", "a.png", "--style", "great-wave", "--precision", "bf16")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: the instructions in use (baseline) do not compute in bf16; use --precision f32\n"
    )
  }

  @Test func `a photo reached by a link is not overwritten`() throws {
    try folder.makePhoto("a.png")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("b.png"), withDestinationPath: "a.png")
    let outcome = try program.run("stylize", "a.png", "--style", "great-wave", "-o", "b.png")
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains("b.png would be written over the photo a.png"))
  }

  @Test func `a folder without images and one that cannot be made are known failures`() throws {
    try folder.makePhoto("a.png")
    try FileManager.default.createDirectory(
      at: folder.url("empty"), withIntermediateDirectories: true)
    let empty = try program.run("stylize", "empty", "--style", "great-wave", "-o", "out")
    #expect(empty.exitCode == 1)
    #expect(
      empty.errors
        == "error: empty: no picture that can be read in this folder; check the name\n")
    let blocked = try program.run("stylize", "a.png", "--style", "great-wave", "-o", "a.png/out/")
    #expect(blocked.exitCode == 1)
    #expect(blocked.errors.hasPrefix("error: a.png/out/: this folder cannot be made ("))
  }
}
