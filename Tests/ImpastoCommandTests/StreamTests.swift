import Foundation
import ImpastoImaging
import TestSupport
import Testing

/// `impasto stylize - -o -`.
struct StreamTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    program = try Program.withModel()
    folder = program.folder
    for name in ["a.png", "a.jpg", "in/b.png"] { try folder.makePhoto(name) }
  }

  /// Runs the program with a file as standard input; returns what it prints as bytes.
  private func stream(
    _ arguments: String..., input: Data
  ) throws -> (outcome: Program.Outcome, output: Data) {
    let file = try TemporaryFolder()
    try Data().write(to: file.url("output"))
    let outcome = try program.run(
      arguments, input: input, output: FileHandle(forWritingTo: file.url("output")))
    return (outcome, try Data(contentsOf: file.url("output")))
  }

  @Test(arguments: ["a.png", "a.jpg"])
  func `a photo piped in comes out as the PNG that a file would be`(name: String) throws {
    let bytes = try Data(contentsOf: folder.url(name))
    let (outcome, output) = try stream(
      "stylize", "-", "--style", "great-wave", "-o", "-", input: bytes)
    #expect(outcome.exitCode == 0)
    #expect(
      outcome.errors.hasPrefix("great-wave 1\nstandard input → standard output  33×20  "))
    let filed = try program.run("stylize", name, "--style", "great-wave", "-o", "out.png")
    #expect(filed.exitCode == 0)
    #expect(try output == Data(contentsOf: folder.url("out.png")))
    let quiet = try stream("stylize", "-", "--style", "great-wave", "-o", "-", "-q", input: bytes)
    #expect(quiet.outcome.errors.isEmpty && quiet.output == output)
  }

  @Test func `either end may be a file`() throws {
    let bytes = try Data(contentsOf: folder.url("a.png"))
    let (outcome, words) = try stream(
      "stylize", "-", "--style", "great-wave", "-o", "in.jpg", "--json", input: bytes)
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
    #expect(try folder.size(of: "in.jpg") == [33, 20])
    let result = try #require(try JSONSerialization.jsonObject(with: words) as? [String: Any])
    let output = try #require((result["outputs"] as? [[String: Any]])?.first)
    #expect(output["input"] as? String == "-" && output["output"] as? String == "in.jpg")
    let printed = try stream("stylize", "a.png", "--style", "great-wave", "-o", "-", input: Data())
    #expect(printed.outcome.exitCode == 0)
    #expect(printed.outcome.errors.contains("a.png → standard output  33×20  "))
    #expect(try Image(encoded: printed.output, name: "output").width == 33)
  }

  @Test(arguments: [
    (
      Data("no picture".utf8),
      "standard input: not a PNG, JPEG, WebP, HEIC, AVIF or TIFF picture (it holds text); convert it to PNG or JPEG"
    ),
    (
      Data("GIF89a".utf8),
      "standard input: not a PNG, JPEG, WebP, HEIC, AVIF or TIFF picture (it starts with the bytes of a GIF); convert it to PNG or JPEG"
    ),
    (Data(), "standard input: empty; pipe a picture into it"),
  ])
  func `what is no picture is refused, and nothing is printed`(_ input: Data, _ text: String) throws
  {
    let (outcome, output) = try stream(
      "stylize", "-", "--style", "great-wave", "-o", "-", "-q", input: input)
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "error: \(text)\n")
    #expect(output.isEmpty)
  }

  @Test func `a photo cut short is refused`() throws {
    let bytes = try Data(contentsOf: folder.url("a.png")).dropLast(200)
    let (outcome, output) = try stream(
      "stylize", "-", "--style", "great-wave", "-o", "-", input: bytes)
    #expect(outcome.exitCode == 1 && output.isEmpty)
    #expect(outcome.errors.contains("error: standard input: the PNG file is damaged or incomplete"))
  }

  @Test(arguments: [
    (
      ["-"],
      "- is standard input and has no name; name its picture with --output FILE or --output -"
    ),
    (
      ["-", "-o", "in"],
      "- is standard input and has no name; name its picture with --output FILE or --output -"
    ),
    (["-", "a.png", "-o", "out"], "- is standard input; name it alone, with --output FILE"),
    (["-", "-", "-o", "out"], "- is standard input; name it alone, with --output FILE"),
    (
      ["a.png", "a.jpg", "-o", "-"],
      "--output - is for one picture; name a folder for those of several photos"
    ),
    (
      ["in", "-o", "-"], "--output - is for one picture; name a folder for those of several photos"
    ),
    (
      ["a.png", "-o", "-", "--json"],
      "--json and --output - would both go to standard output; name a file for the picture"
    ),
  ])
  func `a stream in place of several files is refused`(
    _ arguments: [String], _ text: String
  ) throws {
    let outcome = try program.run(["stylize", "--style", "great-wave"] + arguments)
    #expect(outcome.exitCode == 64 && outcome.output.isEmpty)
    #expect(
      outcome.errors == "error: \(text)\nSee 'impasto stylize --help' for more information.\n")
  }

  @Test func `a picture is not printed on a terminal`() throws {
    let control = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(control >= 0)
    defer { close(control) }
    // TIOCSPTLCK and TIOCGPTN of Linux, which Swift does not see: unlock, and tell the number.
    var (lock, number): (CInt, CInt) = (0, 0)
    try #require(ioctl(control, 0x4004_5431, &lock) == 0)
    try #require(ioctl(control, 0x8004_5430, &number) == 0)
    let outcome = try program.run(
      ["stylize", "a.png", "--style", "great-wave", "-o", "-"],
      output: #require(FileHandle(forUpdatingAtPath: "/dev/pts/\(number)")))
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix(
        "error: --output - would print the picture on the terminal; add > FILE, or name the file "
          + "instead\n"))
  }

  @Test func `an interruption says that the picture is not whole`() throws {
    try folder.makePhoto("large.png", width: 1000, height: 800)
    let run = try program.start(
      ["stylize", "large.png", "--style", "great-wave", "-o", "-"], output: .nullDevice)
    while run.process.isRunning, !run.catches(SIGINT) { usleep(1000) }
    run.process.interrupt()
    let outcome = try run.finish()
    #expect(outcome.exitCode == 128 + SIGINT)
    #expect(
      outcome.errors
        == "great-wave 1\nerror: standard output: interrupted; what was written is not a whole "
        + "picture\n")
  }

  @Test(arguments: [
    ["stylize", "a.png", "--style", "great-wave", "-o", "-", "-q"], ["styles", "list"],
    ["styles", "list", "--json"], ["--help"], ["help", "stylize"], ["--version"],
    ["stylize", "--help"],
  ])
  func `a full disk behind standard output is a known failure`(arguments: [String]) throws {
    let outcome = try program.run(
      arguments,
      output: #require(FileHandle(forWritingAtPath: "/dev/full")))
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: standard output: cannot be written (No space left on device); send it elsewhere, or "
        + "name a file\n")
  }

  /// Runs the program behind a line of a shell, which sees it as `"$0" "$@"`.
  private func run(_ line: String, _ arguments: [String]) throws -> Program.Outcome {
    var shell = program
    shell.executable = "/bin/sh"
    return try shell.run(["-c", line, program.executable] + arguments)
  }

  @Test func `a picture for a closed standard output is refused before the work`() throws {
    let outcome = try run(
      "\"$0\" \"$@\" >&-", ["stylize", "a.png", "--style", "great-wave", "-o", "-"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: standard output: cannot be written (it is closed); send it elsewhere, or name a file\n"
    )
  }

  @Test func `a picture whose reader has ended says so, and not that a disk is full`() throws {
    try folder.makePhoto("large.png", width: 1000, height: 800)
    let outcome = try run(
      "{ \"$0\" \"$@\"; echo $? >status; } | head -c 9 >/dev/null",
      ["stylize", "large.png", "--style", "great-wave", "-o", "-", "-q"])
    #expect(try String(contentsOf: folder.url("status"), encoding: .utf8) == "1\n")
    #expect(
      outcome.errors
        == "error: standard output: the program that reads it ended before all was written; let it read "
        + "to the end\n")
  }

  @Test(arguments: [
    ("</dev/zero", "it starts with the bytes 00 00 00 00 00 00 00 00"),
    ("</dev/full", "it starts with the bytes 00 00 00 00 00 00 00 00"),
  ])
  func `a stream without end that is no picture is refused by its first bytes`(
    input: String, reason: String
  ) throws {
    // Memory for the whole program, and none for what it would otherwise read.
    let outcome = try run(
      "ulimit -v 4000000; \"$0\" \"$@\" \(input)",
      ["stylize", "-", "--style", "great-wave", "-o", "out.png"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: standard input: not a PNG, JPEG, WebP, HEIC, AVIF or TIFF picture (\(reason)); convert "
        + "it to PNG or JPEG\n")
  }

  @Test func `a stream without end that looks like a picture is read up to the memory`() throws {
    let outcome = try run(
      "{ cat a.png /dev/zero; } | \"$0\" \"$@\"",
      ["stylize", "-", "--style", "great-wave", "-o", "out.png", "--memory", "200MB"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.hasSuffix(
        "error: standard input: larger than the 200000000 bytes that are read at most; use a smaller "
          + "file\n"))
    #expect(!folder.exists("out.png"))
  }
}
