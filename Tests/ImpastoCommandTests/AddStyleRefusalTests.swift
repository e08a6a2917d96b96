import Foundation
import ImpastoNetworks
import TestSupport
import Testing

/// What `impasto add-style` does not begin with.
struct AddStyleRefusalTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareTraining()
    try folder.makeModelOfTwo("model.safetensors")
    try folder.makePhoto("small.png", width: 80, height: 63)
    try folder.makePhoto("waves.png", width: 80, height: 64)
    try folder.makePhoto("other/poppies.png", width: 80, height: 64)
    try folder.makePhoto("!!!.png", width: 80, height: 64)
    try folder.makePhoto("photo.png", width: 80, height: 64)
    try folder.makePhoto("listed/poppies.png", width: 80, height: 64)
    try Data("{}".utf8).write(to: folder.url("listed/styles.json"))
    try Data("text".utf8).write(to: folder.url("words.png"))
    try Data().write(to: folder.url("there.safetensors"))
    try folder.makeFolder("empty")
  }

  private static let mistakes: [(arguments: [String], text: String)] = [
    (
      ["styles/poppies.jpg", "--in-place"], "--output and --in-place exclude each other"
    ),
    (
      ["styles/poppies.jpg", "-o", "mine.pth"],
      "--output mine.pth: expected a name ending in .safetensors"
    ),
    (
      ["styles/poppies.jpg", "--name", "a", "--name", "b"],
      "--name: 2 names for 1 painting; give one for each"
    ),
    (
      ["styles/poppies.jpg", "waves.png", "--artist", "Hokusai"],
      "--artist is about one painting, and these are 2; describe them in a styles.json beside them"
    ),
    (
      ["styles/poppies.jpg", "--report", "model.safetensors"],
      "--report model.safetensors: expected a name ending in .html"
    ),
    (
      ["styles/poppies.jpg", "--blend-steps", "-1"],
      "--blend-steps -1: expected a number from 0 to 10000000"
    ),
    (
      ["styles/poppies.jpg", "--steps", "40"],
      "--steps 40: the first 40 steps only look for a blend to begin with (--blend-steps), which "
        + "leaves none to learn the painting; give more --steps or fewer --blend-steps"
    ),
    (
      ["styles/poppies.jpg", "--blend-steps", "400"],
      "--steps 400: the first 400 steps only look for a blend to begin with (--blend-steps), "
        + "which leaves none to learn the painting; give more --steps or fewer --blend-steps"
    ),
    (
      ["styles/poppies.jpg", "-o", "styles/../model.safetensors"],
      "--output styles/../model.safetensors is the checkpoint that is added to; use "
        + "--in-place to change it"
    ),
    (
      ["waves.png"],
      "waves.png: model.safetensors has a style named “waves” already; choose another with --name"
    ),
    (
      ["styles/poppies.jpg", "other/poppies.png"],
      "styles/poppies.jpg and other/poppies.png would both be named “poppies”; name "
        + "each with --name"
    ),
    (
      ["!!!.png"],
      "!!!.png: “!!!” cannot name a style; choose words of a-z and 0-9 joined by "
        + "hyphens, and not “photo”, with --name"
    ),
    (
      ["photo.png"],
      "photo.png: “photo” cannot name a style; choose words of a-z and 0-9 joined by "
        + "hyphens, and not “photo”, with --name"
    ),
  ]

  @Test(arguments: mistakes)
  func `a mistake in the command line is a usage error`(
    _ arguments: [String], _ text: String
  ) throws {
    try expect(arguments, exitCode: 64, text)
  }

  private static let lacks: [(arguments: [String], text: String)] = [
    (
      ["small.png"],
      "small.png: 80×63 pixels show no strokes to learn; find a picture of the "
        + "painting with 64 or more on each side"
    ),
    (["nowhere.png"], "nowhere.png: no such file; check the name and the folder"),
    (
      ["words.png"],
      "words.png: not a PNG, JPEG, WebP, HEIC, AVIF or TIFF picture (it holds text); convert it to PNG or JPEG"
    ),
    (
      ["listed/poppies.png"],
      "listed/styles.json: not a list of styles (“styles” is missing at the top); "
        + "expected {\"styles\": [{\"name\": …, \"title\": …}]}, as `impasto styles --json` prints them"
    ),
    (
      ["styles/poppies.jpg", "-o", "there.safetensors"],
      "there.safetensors: exists already; remove it or name another --output"
    ),
    (
      ["styles/poppies.jpg", "-o", "nowhere/mine.safetensors"],
      "nowhere/mine.safetensors: its folder nowhere does not exist; make it, or name "
        + "another --output"
    ),
    (
      ["styles/poppies.jpg", "--content", "empty"],
      "empty: no photo in this folder or below it; put PNG, JPEG, WebP, HEIC, AVIF or TIFF files there"
    ),
    (
      ["styles/poppies.jpg", "--content", "nowhere"],
      "nowhere: no such folder; name a folder of photos (PNG, JPEG, WebP, HEIC, AVIF or TIFF)"
    ),
    (
      ["styles/poppies.jpg", "--resume"],
      "mine.training: no run to go on with; leave --resume out to begin one"
    ),
    (
      ["styles/poppies.jpg", "--model", "nowhere.safetensors"],
      "nowhere.safetensors: no such file; check the name and the folder"
    ),
  ]

  @Test(arguments: lacks)
  func `what is missing or unfit is named`(_ arguments: [String], _ text: String) throws {
    try expect(arguments, exitCode: 1, text)
  }

  @Test func `the result has to go somewhere`() throws {
    let outcome = try program.run(
      "add-style", "styles/poppies.jpg", "--model", "model.safetensors", "--content", "photos")
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix(
        """
        error: say where the result goes: --output FILE, or --in-place to change the checkpoint \
        itself

        """))
  }

  @Test func `in place, a checkpoint that is protected from writing is left alone`() throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o444], ofItemAtPath: folder.file("model.safetensors"))
    let outcome = try program.run(
      "add-style", "styles/poppies.jpg", "--model", "model.safetensors", "--content", "photos",
      "--in-place")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: model.safetensors: this checkpoint is protected from writing; write the changed one \
        to another file with --output

        """)
    #expect(!folder.exists("model.poppies.training"))
  }

  private func expect(_ arguments: [String], exitCode: Int32, _ text: String) throws {
    let before = folder.names
    var all = ["add-style"] + arguments
    for (option, value) in [
      ("--model", "model.safetensors"), ("--content", "photos"), ("-o", "mine.safetensors"),
    ] where !all.contains(option) { all += [option, value] }
    let outcome = try program.run(all)
    #expect(outcome.exitCode == exitCode)
    #expect(outcome.errors.hasPrefix("error: \(text)\n"), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(folder.names == before)
  }
}
