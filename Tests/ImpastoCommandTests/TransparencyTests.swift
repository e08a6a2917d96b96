import Foundation
import ImpastoImaging
import TestSupport
import Testing

/// What becomes of a photo's transparency and metadata in results.
struct TransparencyTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    program = try Program.withModel()
    folder = program.folder
  }

  /// Writes a photo whose left half is transparent.
  private func makeCutOut(_ name: String) throws {
    try folder.makePhoto("opaque.png", width: 40, height: 30)
    var photo = try Image(contentsOf: folder.file("opaque.png"))
    photo.opacity = Opacity(
      width: 40, height: 30, levels: (0..<40 * 30).map { $0 % 40 < 20 ? 0 : 255 })
    try photo.write(to: folder.file(name))
  }

  private func opacity(of name: String) throws -> [UInt8]? {
    let reader = try ImageReader(contentsOf: folder.file(name), keepingAlpha: true)
    return try PhotoReader(reader).opacity?.levels
  }

  private let half = (0..<40 * 30).map { $0 % 40 < 20 ? UInt8(0) : 255 }

  @Test(arguments: [
    [], ["--keep-colors"], ["--strength", "0.5"], ["--stroke-size", "1.5"], ["--size", "40"],
    ["--region", "mask.png=van-gogh-auvers"], ["--backend", "openblas"],
  ])
  func `PNG results keep the transparency of the photo`(options: [String]) throws {
    try makeCutOut("a.png")
    try folder.makePhoto("mask.png")
    let outcome = try program.run(
      ["stylize", "a.png", "--style", "great-wave", "-o", "b.png", "--json"] + options)
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors.isEmpty)
    let output = try #require((outcome.json()["outputs"] as? [[String: Any]])?.first)
    #expect(output["transparency"] as? String == "kept")
    #expect(try opacity(of: "b.png") == half)
  }

  @Test func `JPEG results say that it is lost`() throws {
    try makeCutOut("a.png")
    let outcome = try program.run(
      "stylize", "a.png", "--style", "great-wave", "-o", "b.jpg", "--json")
    #expect(outcome.exitCode == 0)
    #expect(
      outcome.errors == """
        b.jpg: transparent parts are laid on white, for this format has none; name the result .png \
        or .webp to keep them

        """)
    let output = try #require((outcome.json()["outputs"] as? [[String: Any]])?.first)
    #expect(output["transparency"] as? String == "lost")
    let result = try Image(contentsOf: folder.file("b.jpg"))
    #expect(result.pixels[..<30].allSatisfy { $0 > 245 })
  }

  @Test func `an animation says that it is lost, frames keep it`() throws {
    try makeCutOut("a.png")
    let words = ["interpolate", "a.png", "--through", "great-wave,photo", "--frames", "2", "-o"]
    let animation = try program.run(words + ["b.gif"])
    #expect(animation.exitCode == 0)
    #expect(
      animation.errors.contains(
        "b.gif: transparent parts are laid on white, for this format has none; name a folder"))
    let frames = try program.run(words + ["frames/", "--json"])
    #expect(try frames.json()["transparency"] as? String == "kept")
    #expect(frames.exitCode == 0 && !frames.errors.contains("transparent"))
    #expect(try opacity(of: "frames/frame-0002.png") == half)
    #expect(try program.run(words + ["strip.png"]).exitCode == 0)
    #expect(try opacity(of: "strip.png")?[..<80] == (half[..<40] + half[..<40])[...])
  }

  @Test func `sheets and grids show what is visible on their paper`() throws {
    try makeCutOut("a.png")
    #expect(
      try program.run("sheet", "a.png", "--styles", "great-wave", "-o", "b.png").exitCode == 0)
    let sheet = try Image(contentsOf: folder.file("b.png"))
    // Within the margin of 6, the upper left corner of the photo.
    #expect(sheet.pixels[3 * (8 * sheet.width + 8)] == 250)
    #expect(try opacity(of: "b.png") == nil)
  }

  @Test(arguments: ["b.png", "b.jpg"])
  func `metadata are copied, and left out where asked`(result: String) throws {
    try folder.makePhoto("a.jpg", metadata: TemporaryFolder.metadataOfCamera)
    func metadata() throws -> ImageMetadata { try folder.metadata(of: result) }
    let words = ["stylize", "a.jpg", "--style", "great-wave", "-o", result]
    #expect(try program.run(words).errors.isEmpty)
    let exif = try #require(try metadata().exif)
    #expect(exif.range(of: Data("Kamera\0".utf8)) != nil)
    #expect(try metadata().density == .init(x: 11811, y: 11811))
    #expect(try program.run(words + ["--strip"]).exitCode == 0)
    #expect(try metadata() == .none)
  }
}
