import Foundation
import ImpastoImaging
import ImpastoNetworks
import TestSupport
import Testing

/// The commands with which styles are added, kept, steered, blended and shared, one after the other
/// as a user writes them.
struct OwningStylesTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(
      folder: folder,
      environment: [
        "IMPASTO_CACHE": folder.file("cache"), "IMPASTO_MODEL": folder.file("mine.safetensors"),
      ])
    try folder.installLossNetwork()
    try folder.makeModel(
      "model.safetensors", styles: TemporaryFolder.styleNames + ["bruegel-harvesters"])
    try folder.makePhoto("starry.jpg", width: 80, height: 64)
    try folder.makePhoto("photo.jpg", width: 48, height: 36)
    for index in 0..<9 { try folder.makePhoto("photos/\(index).png", width: 40, height: 40) }
    for (name, first, last) in [("sky", 255, 0), ("face", 0, 255)] as [(String, UInt8, UInt8)] {
      try Image(width: 1, height: 2, pixels: [first, first, first, last, last, last])
        .write(to: folder.file("\(name).png"))
    }
  }

  private func run(_ line: String) throws -> String {
    let outcome = try program.run(line.split(separator: " ").map(String.init))
    #expect(outcome.exitCode == 0, "\(line): \(outcome.errors)")
    return outcome.output
  }

  @Test func `a style is added, kept, sent away and painted with`() throws {
    _ = try run(
      "add-style starry.jpg --name starry-night --content photos/ --output mine.safetensors "
        + "--model model.safetensors --steps 4 --blend-steps 2 --seed 3 --batch-size 1 "
        + "--image-size 32 --style-size 32 --quiet")
    #expect(try run("styles list").contains("starry-night"))
    #expect(try run("styles show starry-night").contains("completed_steps  4"))
    _ = try run("styles rename starry-night night")
    _ = try run("styles export night -o x.style.safetensors")
    _ = try run("styles remove night")
    _ = try run("styles import x.style.safetensors --as starry-night")
    #expect(
      try StyleModel(contentsOf: folder.file("mine.safetensors")).bank.names.sorted()
        == ["bruegel-harvesters", "great-wave", "hokusai-poppies", "photo", "starry-night"]
        + ["van-gogh-auvers"])

    for (options, name) in [
      ("--style great-wave --strength 0.6", "photo-great-wave-strength-60.png"),
      (
        "--style bruegel-harvesters --region sky.png=great-wave --region face.png=photo",
        "photo-bruegel-harvesters-sky-great-wave-face-photo.png"
      ),
      ("--style great-wave --keep-colors", "photo-great-wave-colors.png"),
      ("--style starry-night --stroke-size 1.5", "photo-starry-night-strokes-1.5.png"),
    ] {
      _ = try run("stylize photo.jpg \(options)")
      #expect(try folder.size(of: name) == [48, 36])
    }

    _ = try run(
      "interpolate photo.jpg --through great-wave,van-gogh-auvers,hokusai-poppies --frames 60 "
        + "-o morph.gif")
    #expect(try DecodedAnimation(folder.file("morph.gif")).frames.count == 60)
    _ = try run("interpolate photo.jpg --through great-wave,starry-night --frames 3 -o strip.png")
    #expect(try folder.size(of: "strip.png") == [3 * 48, 36])
    _ = try run("interpolate photo.jpg --through great-wave,photo --frames 4 --loop -o frames/")
    #expect(folder.exists("frames/frame-0004.png"))
    for name in ["sheet.png", "sheet.html"] {
      _ = try run("sheet photo.jpg -o \(name)")
      #expect(folder.exists(name))
    }
    _ = try run(
      "grid photo.jpg --corners great-wave,van-gogh-auvers,starry-night,photo --steps 5 -o grid.png"
    )
    #expect(folder.exists("grid.png"))
  }
}
