import Foundation
import TestSupport
import Testing

/// Names and other words that a terminal would obey.
struct PlainTextTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    program = try Program.withModel()
    folder = program.folder
  }

  /// A name with an escape sequence, a line break, the control characters 7F and 9B, and one that turns
  /// the direction of writing.
  private static let name = "a\u{1B}[2J\nerror: b\u{7F}\u{9B}\u{202E}gnp"
  private static let shown = #"a\x1B[2J\x0Aerror: b\x7F\u009B\u202Egnp"#

  @Test func `names in results, errors and progress are shown and not obeyed`() throws {
    try folder.makePhoto("in/\(Self.name).png")
    try folder.makePhoto("in/b.png")
    try Data("x".utf8).write(to: folder.url("in/\(Self.name).jpg"))
    let outcome = try program.run("stylize", "in", "--style", "great-wave", "-o", "out")
    #expect(outcome.exitCode == 1)
    #expect(outcome.output.contains("in/\(Self.shown).png → out/\(Self.shown)-png-great-wave.png"))
    #expect(outcome.errors.contains("0/3  in/\(Self.shown).jpg\n"))
    #expect(outcome.errors.contains("error: in/\(Self.shown).jpg: not a "))
    for text in [outcome.output, outcome.errors] {
      #expect(
        !text.unicodeScalars.contains { "\u{1B}\u{7F}\u{9B}\u{202E}".unicodeScalars.contains($0) })
    }
  }

  @Test(arguments: [
    ["stylize", "--style", name], ["stylize", "--\(name)"], [name], ["sheet", "a.png", "-o", name],
    ["stylize", name, "--style", "great-wave"], ["stylize", "a.png", "--style", name],
    ["train", "--styles", name, "--content", "in", "-o", "m2.safetensors"],
  ])
  func `what the command line says comes back as text`(arguments: [String]) throws {
    let outcome = try program.run(arguments)
    #expect(outcome.exitCode != 0 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("error: "))
    #expect(!outcome.errors.contains("\nerror: "))
    #expect(
      !outcome.errors.unicodeScalars.contains {
        "\u{1B}\u{7F}\u{9B}\u{202E}".unicodeScalars.contains($0)
      })
  }

  @Test func `JSON holds what a terminal would obey as escapes`() throws {
    try folder.makePhoto("in/\u{7F}\u{9B}\u{202E}.png")
    let outcome = try program.run("stylize", "in", "--style", "great-wave", "-o", "out", "--json")
    #expect(outcome.output.contains(#"in/\\x7F\u009B\u202E.png"#))
    let outputs = try #require(try outcome.json()["outputs"] as? [[String: Any]])
    #expect(outputs[0]["input"] as? String == "in/\\x7F\u{9B}\u{202E}.png")
  }
}
