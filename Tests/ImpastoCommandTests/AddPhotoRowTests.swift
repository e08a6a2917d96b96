import Foundation
import ImpastoNetworks
import TestSupport
import Testing

/// `impasto add-style --photo`, which trains the row `photo` of an imported network.
@Suite(.serialized)
struct AddPhotoRowTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareTraining()
    try folder.installLossNetwork()
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("ImpastoImportingTests/Fixtures")
    for (fixture, name) in [
      ("zoo-9.onnx", "candy"), ("multistyle.onnx", "three"), ("plain-255.onnx", "plain"),
    ] {
      let file = fixtures.appendingPathComponent(fixture).path
      let outcome = try program.run("import", file, "-o", "\(name).safetensors", "--quiet")
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    try folder.makePhoto("photo.png", width: 41, height: 30)
  }

  private func train(_ model: String, _ arguments: String...) throws -> Program.Outcome {
    try program.run(
      ["add-style", "--photo", "--content", "photos", "--model", model] + arguments)
  }

  private func picture(_ model: String, _ arguments: String...) throws -> Data {
    let outcome = try program.run(
      ["stylize", "photo.png", "--model", model, "-o", "picture.png", "--precision", "f32"]
        + arguments)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return try Data(contentsOf: folder.url("picture.png"))
  }

  /// Holds on every set of instructions.
  @Test(arguments: [("candy", ["zoo-9"]), ("three", ["style-00", "style-01", "style-02"])])
  func `the row is trained in place and leaves every style as it is`(
    name: String, styles: [String]
  ) throws {
    let file = "\(name).safetensors"
    let before = try StyleModel(contentsOf: folder.file(file))
    let pictures = try styles.map { try picture(file, "--style", $0) }
    let outcome = try program.run(
      ["add-style", "--photo", "--content", "photos", "--model", file, "--in-place"]
        + ["--steps", "30", "--json"] + Training.small)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")

    let after = try StyleModel(contentsOf: folder.file(file))
    #expect(after.fingerprint == before.fingerprint)
    #expect(before.bank.names == styles && after.bank.names == styles + ["photo"])
    #expect(after.styles == before.styles)
    #expect(try styles.map { try picture(file, "--style", $0) } == pictures)

    // No painting pulls, so that what is learned is the photo.
    let losses = try Data(contentsOf: folder.url("\(name).photo.training/losses.jsonl"))
      .split(separator: UInt8(ascii: "\n")).map { line in
        let record = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        return try #require(record["total"] as? Double)
      }
    #expect(losses.count == 30)
    let (first, last) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
    #expect(last < 0.9 * first)
  }

  @Test func `strength goes back towards the photo once the row is there`() throws {
    let trained = try train("three.safetensors", "-o", "mine.safetensors", "--steps", "3")
    #expect(trained.exitCode == 0, "\(trained.errors)")
    let whole = try picture("mine.safetensors", "--style", "style-01")
    let half = try picture("mine.safetensors", "--style", "style-01", "--strength", "0.5")
    let none = try picture("mine.safetensors", "--style", "style-01", "--strength", "0")
    #expect(whole != half && half != none)
    #expect(try none == picture("mine.safetensors", "--style", "photo"))

    let again = try train("mine.safetensors", "--in-place")
    #expect(again.exitCode == 64)
    #expect(again.errors.hasPrefix("error: --photo: mine.safetensors has the row photo already\n"))
  }

  @Test(arguments: [
    (
      ["styles/poppies.jpg"],
      "--photo and the painting styles/poppies.jpg exclude each other; run one by one"
    ),
    (["--name", "a"], "--name is about paintings, of which --photo learns none"),
    (["--title", "A"], "--title is about paintings, of which --photo learns none"),
    (["--match-colors"], "--match-colors is about paintings, of which --photo learns none"),
    (["--blend-steps", "3"], "--blend-steps is about paintings, of which --photo learns none"),
  ])
  func `what is about paintings is refused`(arguments: [String], text: String) throws {
    let before = folder.names
    let outcome = try program.run(
      ["add-style", "--photo", "--content", "photos", "--model", "three.safetensors"]
        + ["-o", "mine.safetensors"] + arguments)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: \(text)\n"), "\(outcome.errors)")
    #expect(folder.names == before)
  }
}
