import Foundation
import TestSupport
import Testing

/// What a command says of pictures that can be read, but not quite as their files have it.
struct WarningTests {
  let folder: TemporaryFolder
  let program: Program
  private static let ending =
    "the file is damaged or cut off after its pixels (the file ends too early)"

  init() throws {
    program = try Program.withModel()
    folder = program.folder
  }

  @Test(arguments: [[], ["--size", "40"]])
  func `a photo without its end is painted, with a warning`(options: [String]) throws {
    try makePhotoWithoutEnd("a.png")
    let run = ["stylize", "a.png", "--style", "great-wave", "-o", "b.png"] + options
    let outcome = try program.run(run)
    #expect(outcome.exitCode == 0)
    #expect(words(outcome) == ["warning: a.png: \(Self.ending)"])
    let painted = try Data(contentsOf: folder.url("b.png"))
    try folder.makePhoto("a.png")
    #expect(words(try program.run(run)).isEmpty)
    #expect(try Data(contentsOf: folder.url("b.png")) == painted)
  }

  @Test func `--quiet leaves warnings out, and JSON holds them`() throws {
    try makePhotoWithoutEnd("a.png")
    try makePhotoWithoutEnd("mask.png")
    let run = ["stylize", "a.png", "--style", "great-wave", "-o", "b.png", "--size", "33"]
    #expect(try program.run(run + ["--quiet"]).errors.isEmpty)
    let outcome = try program.run(run + ["--region", "mask.png=photo", "--json"])
    #expect(
      try outcome.json()["warnings"] as? [String]
        == ["mask.png: \(Self.ending)", "a.png: \(Self.ending)"])
    #expect(outcome.exitCode == 0)
  }

  @Test func `a sheet warns of its photo`() throws {
    try makePhotoWithoutEnd("a.png")
    let outcome = try program.run(["sheet", "a.png", "-o", "b.png"])
    #expect(outcome.exitCode == 0)
    #expect(words(outcome) == ["warning: a.png: \(Self.ending)"])
  }

  /// The lines on standard error, without those of progress, of which a slow machine has more.
  private func words(_ outcome: Program.Outcome) -> [Substring] {
    outcome.errors.split(separator: "\n").filter { $0.prefixMatch(of: #/\d+\/\d+  /#) == nil }
  }

  /// Without the last 12 bytes, which are the chunk IEND.
  private func makePhotoWithoutEnd(_ name: String) throws {
    try folder.makePhoto(name)
    let file = try Data(contentsOf: folder.url(name))
    try file.dropLast(12).write(to: folder.url(name))
  }
}
