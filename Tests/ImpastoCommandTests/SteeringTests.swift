import Foundation
import ImpastoImaging
import TestSupport
import Testing

/// `impasto stylize` with strength, regions, stroke size and colours kept.
struct SteeringTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    program = try Program.withModel()
    folder = program.folder
    try folder.makePhoto("a.png")
    for (name, level) in [("white.png", 255), ("black.png", 0)] as [(String, UInt8)] {
      try mask(name, width: 7, height: 3) { _ in level }
    }
    try mask("left.png", width: 10, height: 1) { $0 < 5 ? 255 : 0 }
  }

  private func mask(
    _ name: String, width: Int, height: Int, _ level: (_ x: Int) -> UInt8
  ) throws {
    let pixels = (0..<width * height).flatMap { pixel -> [UInt8] in
      [UInt8](repeating: level(pixel % width), count: 3)
    }
    try Image(width: width, height: height, pixels: pixels).write(to: folder.file(name))
  }

  /// Stylises `a.png`; returns the pixels of the result.
  private func pixels(_ options: String...) throws -> [UInt8] {
    let outcome = try program.run(
      ["stylize", "a.png", "--style", "great-wave", "-o", "out.png", "--precision", "f32"]
        + options)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return try Image(contentsOf: folder.file("out.png")).pixels
  }

  /// Holds on every set of instructions.
  @Test func `strength leads from the row of the photo to the plain style, bit for bit`() throws {
    let plain = try pixels()
    let photo = try pixels("--style", "photo")
    #expect(try pixels("--strength", "1") == plain)
    #expect(try pixels("--strength", "0") == photo)
    let half = try pixels("--strength", "0.5")
    #expect(half != plain && half != photo)
    #expect(try pixels("--style", "great-wave:0.5,photo:0.5") == half)
  }

  @Test func `an all-white mask gives the plain style, and strength weakens regions too`() throws {
    let poppies = try pixels("--style", "hokusai-poppies")
    #expect(try pixels("--region", "white.png=hokusai-poppies") == poppies)
    let weak = try pixels("--style", "hokusai-poppies", "--strength", "0.5")
    #expect(
      try pixels("--region", "white.png=hokusai-poppies", "--strength", "0.5") == weak)
    let half = try pixels("--region", "left.png=hokusai-poppies:1,photo:1")
    #expect(try half != poppies && half != pixels())
  }

  @Test func `a region of the photo is what the row of the photo gives`() throws {
    #expect(try pixels("--region", "white.png=photo") == pixels("--style", "photo"))
  }

  @Test func `kept colours are the photo's, and the luminance is the painting's`() throws {
    _ = try pixels()
    let painting = try Image(contentsOf: folder.file("out.png"))
    _ = try pixels("--keep-colors")
    let photo = try Image(contentsOf: folder.file("a.png"))
    #expect(try Image(contentsOf: folder.file("out.png")) == painting.withColors(of: photo))
  }

  @Test func `stroke size 1 is the plain style, and others are not`() throws {
    let plain = try pixels()
    #expect(try pixels("--stroke-size", "1") == plain)
    #expect(try pixels("--stroke-size", "1.2") != plain)
    #expect(try pixels("--stroke-size", "0.5") != plain)
    #expect(try folder.size(of: "out.png") == [33, 20])
  }

  @Test func `all of it together is told, named and given as JSON`() throws {
    let options = [
      "stylize", "a.png", "--style", "great-wave:3,hokusai-poppies:1", "--strength", "0.6",
      "--region", "left.png=photo", "--region", "white.png=van-gogh-auvers", "--stroke-size",
      "1.25", "--keep-colors",
    ]
    let outcome = try program.run(options)
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
    let name =
      "a-great-wave-75-hokusai-poppies-25-strength-60-left-photo-white-van-gogh-auvers-"
      + "strokes-1.25-colors.png"
    #expect(
      outcome.output.hasPrefix(
        """
        great-wave 0.75, hokusai-poppies 0.25
        left.png: photo 1
        white.png: van-gogh-auvers 1
        strength 0.6
        stroke size 1.25
        colours of the photo
        a.png → \(name)  33×20  
        """))
    #expect(try folder.size(of: name) == [33, 20])
    let result = try program.run(options + ["--json"]).json()
    let output = try #require((result["outputs"] as? [[String: Any]])?.first)
    #expect(
      output["mixture"] as? [String: Double] == ["great-wave": 0.75, "hokusai-poppies": 0.25])
    #expect(output["strength"] as? Double == 0.6 && output["stroke_size"] as? Double == 1.25)
    #expect(output["keep_colors"] as? Bool == true)
    let regions = try #require(output["regions"] as? [[String: Any]])
    #expect(regions.map { $0["mask"] as? String } == ["left.png", "white.png"])
    #expect(
      regions.map { $0["mixture"] as? [String: Double] } == [["photo": 1], ["van-gogh-auvers": 1]])
  }

  @Test func `nearby strengths have results of their own`() throws {
    for strength in ["0.604", "0.6", "0.004"] {
      let outcome = try program.run(
        "stylize", "a.png", "--style", "great-wave", "--strength", strength)
      #expect(outcome.exitCode == 0)
    }
    #expect(
      folder.names.filter { $0.hasPrefix("a-") } == [
        "a-great-wave-strength-0.4.png", "a-great-wave-strength-60.4.png",
        "a-great-wave-strength-60.png",
      ])
  }

  @Test func `a folder is steered picture by picture, and many regions make short names`() throws {
    for name in ["in/a.png", "in/b.png"] { try folder.makePhoto(name, width: 40, height: 30) }
    var options = ["stylize", "in", "--style", "great-wave", "-o", "out", "--keep-colors"]
    for _ in 0..<6 { options += ["--region", "left.png=hokusai-poppies"] }
    let outcome = try program.run(options)
    #expect(outcome.exitCode == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
    #expect(
      names.sorted() == [
        "a-great-wave-regions-colors.png", "b-great-wave-regions-colors.png", "manifest.jsonl",
      ])
  }

  @Test func `a mask's path may contain the sign that ends it`() throws {
    try FileManager.default.copyItem(at: folder.url("white.png"), to: folder.url("x=1.png"))
    #expect(
      try pixels("--region", "x=1.png=hokusai-poppies") == pixels("--style", "hokusai-poppies"))
  }

  @Test(arguments: [
    (
      ["--region", "left.png"],
      "--region left.png: expected MASK=STYLE, a picture and a style, such as sky.png=great-wave"
    ),
    (
      ["--region", "=great-wave"],
      "--region =great-wave: expected MASK=STYLE, a picture and a style, such as sky.png=great-wave"
    ),
    (
      ["--region", "left.png="],
      "--region left.png=: expected MASK=STYLE, a picture and a style, such as sky.png=great-wave"
    ),
    (
      ["--region", "left.png=great-waev"],
      "--region left.png=great-waev: no style is named “great-waev”; did you mean great-wave?"
    ),
    (
      ["--region", "left.png=photo:x"],
      "--region left.png=photo:x: “photo:x” is not a mixture of styles: “x” is not a number; "
        + "write NAME or NAME:WEIGHT,NAME:WEIGHT with weights of zero or more, not all zero"
    ),
    (
      ["--region", "left.png=photo", "-o", "./left.png"],
      "./left.png would be written over the mask left.png; name another --output"
    ),
  ])
  func `a mistake in a region is answered with what to do and exit code 64`(
    _ options: [String], _ text: String
  ) throws {
    let before = folder.names
    let outcome = try program.run(["stylize", "a.png", "--style", "great-wave"] + options)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors == "error: \(text)\nSee 'impasto stylize --help' for more information.\n")
    #expect(folder.names == before)
  }

  @Test(arguments: [
    (
      "black.png",
      "the mask is all black, so that no place is chosen; paint the place white"
    ),
    ("none.png", "no such file; check the name and the folder"),
    (
      "text.png",
      "not a PNG, JPEG, WebP, HEIC, AVIF or TIFF picture (it holds text); convert it to PNG or JPEG"
    ),
  ])
  func `a mask that is none is a known failure before any work`(
    _ name: String, _ text: String
  ) throws {
    try Data("no picture".utf8).write(to: folder.url("text.png"))
    let before = folder.names
    let outcome = try program.run(
      "stylize", "a.png", "--style", "great-wave", "--region", "\(name)=photo", "-o", "new/")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "error: \(name): \(text)\n")
    #expect(folder.names == before)
  }

  @Test func `a mask whose light is too fine for the photo is refused by name`() throws {
    try mask("line.png", width: 900, height: 2) { $0 == 450 ? 10 : 0 }
    let before = folder.names
    let outcome = try program.run(
      "stylize", "a.png", "--style", "great-wave", "--region", "left.png=photo", "--region",
      "line.png=photo")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: line.png: the white in the mask of region 2 is too fine for a picture of 33×20 "
        + "pixels, so that its style would show nowhere; paint its place larger\n")
    #expect(folder.names == before)
    // At the mask's own size its light is there.
    try folder.makePhoto("b.png", width: 900, height: 20)
    try mask("line.png", width: 900, height: 2) { (440..<460).contains($0) ? 60 : 0 }
    #expect(
      try program.run("stylize", "b.png", "--style", "great-wave", "--region", "line.png=photo")
        .exitCode == 0)
  }

  @Test(arguments: [
    (["--strength", "1.5"], "--strength 1.5: expected a number from 0 to 1"),
    (["--strength", "-0.1"], "--strength -0.1: expected a number from 0 to 1"),
    (["--strength", "nan"], "--strength nan: expected a number from 0 to 1"),
    (["--stroke-size", "0"], "--stroke-size 0.0: expected a number from 0.02 to 4"),
    (["--stroke-size", "5"], "--stroke-size 5.0: expected a number from 0.02 to 4"),
  ])
  func `a number out of range is refused`(_ options: [String], _ text: String) throws {
    let outcome = try program.run(["stylize", "a.png", "--style", "great-wave"] + options)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: \(text)\nUsage: impasto stylize"))
  }

  @Test func `strokes too large for a photo are refused by its name`() throws {
    let outcome = try program.run(
      "stylize", "a.png", "--style", "great-wave", "--stroke-size", "2")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: a.png: the picture is 33×20 pixels, of which strokes of size 2.0 leave fewer "
        + "than 16 along a side; choose smaller strokes\n")
  }

  @Test func `strength needs a checkpoint that can return the photo`() throws {
    try folder.makeModel("m.safetensors", hasPhoto: false)
    let outcome = try program.run(
      "stylize", "a.png", "--style", "great-wave", "--strength", "0.5")
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix(
        "error: --strength 0.5: this checkpoint has no row “photo” to go back towards; train it with "
          + "`impasto add-style --photo --content photos/ --model \(folder.file("m.safetensors")) "
          + "--in-place`, or leave --strength out\n"))
  }
}
