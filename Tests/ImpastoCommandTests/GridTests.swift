import Foundation
import ImpastoImaging
import TestSupport
import Testing

struct GridTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_MODEL": folder.file("m.safetensors")])
    try folder.makeVariedModel("m.safetensors")
    try folder.makePhoto("a.png", width: 120, height: 80)
  }

  private let corners = ["great-wave", "hokusai-poppies", "van-gogh-auvers", "photo"]

  @Test func `the corners are the styles as stylize paints them, the middle their blend`() throws {
    let outcome = try program.run(
      "grid", "a.png", "--corners", corners.joined(separator: ","), "--steps", "3", "-o", "g.png")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.hasPrefix("a.png → g.png  9 pictures, "))
    let grid = try Image(contentsOf: folder.file("g.png"))
    // Three pictures with margins; the names of two corners fit side by side.
    #expect(grid.width == 6 + 3 * 126 && grid.height == 6 + 18 + 6 + 3 * 86 + 18 + 6)
    func picture(_ column: Int, _ row: Int) -> Image {
      grid.cropped(x: 6 + 126 * column, y: 30 + 86 * row, width: 120, height: 80)
    }
    for (corner, place) in zip(corners, [(0, 0), (2, 0), (0, 2), (2, 2)]) {
      #expect(
        try picture(place.0, place.1) == folder.stylized("a.png", corner, program), "\(corner)")
    }
    #expect(
      try picture(1, 1) == folder.stylized("a.png", corners.joined(separator: ","), program))
    #expect(
      try picture(1, 0) == folder.stylized("a.png", "great-wave,hokusai-poppies", program))
  }

  @Test func `JSON tells the mixtures row by row`() throws {
    let outcome = try program.run(
      "grid", "a.png", "--corners", corners.joined(separator: ","), "--steps", "2", "-o", "g.jpg",
      "--json", "--size", "60")
    let result = try outcome.json()
    #expect(
      result.keys.sorted() == [
        "arithmetic", "backend", "compute_seconds", "height", "input", "mixtures", "output",
        "precision",
        "steps", "total_seconds", "width",
      ])
    #expect(
      result["mixtures"] as? [[[String: Double]]] == [
        [["great-wave": 1], ["hokusai-poppies": 1]], [["van-gogh-auvers": 1], ["photo": 1]],
      ])
    let size = try folder.size(of: "g.jpg")
    #expect(result["width"] as? Int == size[0] && result["height"] as? Int == size[1])
  }

  @Test(arguments: [
    (
      ["--corners", "great-wave,photo,great-waev,photo", "-o", "b.png"],
      "--corners: no style is named “great-waev”; did you mean great-wave?"
    ),
    (
      ["--corners", "great-wave,photo,great-wave", "-o", "b.png"],
      "--corners great-wave,photo,great-wave: 3 styles; name four, as in a,b,c,d"
    ),
    (
      ["--corners", "photo,photo,photo,photo", "-o", "b.html"],
      "--output b.html: the extension does not name a format to write; end the name in .png, "
        + ".jpg, .jpeg or .webp"
    ),
    (
      ["--corners", "photo,photo,photo,photo", "-o", "a.png"],
      "a.png would be written over the photo a.png; name another --output"
    ),
  ])
  func `a mistake is answered with what to do and exit code 64`(
    _ arguments: [String], _ text: String
  ) throws {
    let before = folder.names
    let outcome = try program.run(["grid", "a.png"] + arguments)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors == "error: \(text)\nSee 'impasto grid --help' for more information.\n")
    #expect(outcome.output.isEmpty && folder.names == before)
  }

  @Test(arguments: ["1", "51", "-5"])
  func `steps out of range are refused`(steps: String) throws {
    let outcome = try program.run(
      "grid", "a.png", "--corners", "photo,photo,photo,photo", "-o", "b.png", "--steps", steps)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix("error: --steps \(steps): expected a number from 2 to 50\nUsage: "))
  }

  @Test func `a result too large to be read is refused before the work`() throws {
    let outcome = try program.run(
      "grid", "a.png", "--corners", "photo,photo,photo,photo", "-o", "b.png", "--steps", "50",
      "--size", "480")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: b.png: 2500 pictures of 480×320 pixels are more than the 256 million pixels of "
        + "one that can be read; choose a smaller --size\n")
    #expect(!folder.exists("b.png"))
  }
}
