import Foundation
import ImpastoImaging
import TestSupport
import Testing

struct SheetTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_MODEL": folder.file("m.safetensors")])
    try folder.makeVariedModel("m.safetensors")
    try folder.makePhoto("a.png", width: 320, height: 240)
  }

  @Test func `a sheet shows the photo, then every style as stylize paints it`() throws {
    let outcome = try program.run("sheet", "a.png", "-o", "sheet.png")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.hasPrefix("a.png → sheet.png  3 styles  "))
    let sheet = try Image(contentsOf: folder.file("sheet.png"))
    // Two rows of two; the painting beside the first style's name is 43 high, letters are 18.
    #expect(
      sheet.width == 6 + 2 * 326 && sheet.height == 6 + (240 + 6 + 43 + 6) + (240 + 6 + 18 + 6))
    let places = [(6, 6), (332, 6), (6, 301), (332, 301)]
    let photo = try Image(contentsOf: folder.file("a.png"))
    let pictures = try TemporaryFolder.styleNames.map {
      try folder.stylized("a.png", $0, program)
    }
    for (place, picture) in zip(places, [photo] + pictures) {
      #expect(
        sheet.cropped(x: place.0, y: place.1, width: 320, height: 240) == picture, "\(place)")
    }
    var name = Image(width: 320, height: 18, level: 250)
    name.write("photo", x: 0, y: 0)
    #expect(sheet.cropped(x: 6, y: 252, width: 320, height: 18) == name)
    var painting = Image(width: 326, height: 43, level: 250)
    painting.write("great-wave", x: 70, y: 12)
    let caption = sheet.cropped(x: 332, y: 252, width: 326, height: 43)
    #expect(
      caption.cropped(x: 64, y: 0, width: 262, height: 43)
        == painting.cropped(x: 64, y: 0, width: 262, height: 43))
    #expect((88...92).contains(caption.pixels[0]))
  }

  @Test func `chosen styles come in the order chosen, the photo row among them`() throws {
    let outcome = try program.run(
      "sheet", "a.png", "--styles", "van-gogh-auvers, photo", "-o", "sheet.jpg", "--json")
    let result = try outcome.json()
    #expect(
      result.keys.sorted() == [
        "arithmetic", "backend", "compute_seconds", "height", "input", "output", "precision",
        "styles",
        "total_seconds", "width",
      ])
    #expect(result["styles"] as? [String] == ["van-gogh-auvers", "photo"])
    #expect(result["width"] as? Int == 320 && result["height"] as? Int == 240)
    #expect(try Image(contentsOf: folder.file("sheet.jpg")).width > 0)
  }

  @Test func `a page holds its pictures and the words about them, safe from what they contain`()
    throws
  {
    try folder.makePhoto("a&b.png", width: 32, height: 24)
    let outcome = try program.run("sheet", "a&b.png", "-o", "sheet.html", "-q")
    #expect(outcome.exitCode == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
    let page = try String(contentsOf: folder.url("sheet.html"), encoding: .utf8)
    #expect(page.contains("<title>a&amp;b.png</title>"))
    #expect(
      page.contains(
        "<div><b>great-wave</b><br><cite>Sea &lt;&amp; Sky&gt;</cite>, An &quot;Artist&quot;, "
          + "c. 1831</div>"))
    for style in TemporaryFolder.styleNames { #expect(page.contains("<b>\(style)</b>")) }
    let pieces = page.components(separatedBy: "src=\"data:image/jpeg;base64,").dropFirst()
    let pictures = try pieces.map { piece in
      let text = piece.prefix { $0 != "\"" }
      return try Image(encoded: #require(Data(base64Encoded: String(text))), name: "a picture")
    }
    // The photo, the first style and its painting, the other two.
    #expect(pictures.map(\.width) == [32, 32, 3, 32, 32])
    #expect(!page.contains("http") && !page.contains("<script"))
  }

  @Test(arguments: [
    (
      ["--styles", "great-waev", "-o", "b.png"],
      "--styles: no style is named “great-waev”; did you mean great-wave?"
    ),
    (["--styles", "", "-o", "b.png"], "--styles: “” leaves out a name; write NAME,NAME"),
    (
      ["-o", "b.gif"],
      "--output b.gif: the extension does not name a format to write; end the name in .html, "
        + ".png, .jpg, .jpeg or .webp"
    ),
    (["-o", "a.png"], "a.png would be written over the photo a.png; name another --output"),
  ])
  func `a mistake is answered with what to do and exit code 64`(
    _ arguments: [String], _ text: String
  ) throws {
    let before = folder.names
    let outcome = try program.run(["sheet", "a.png"] + arguments)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors == "error: \(text)\nSee 'impasto sheet --help' for more information.\n")
    #expect(outcome.output.isEmpty && folder.names == before)
  }

  @Test func `what cannot be painted or written is a known failure`() throws {
    try folder.makePhoto("thin.png", width: 400, height: 16)
    let thin = try program.run("sheet", "thin.png", "-o", "b.png")
    #expect(thin.exitCode == 1)
    #expect(
      thin.errors
        == "error: thin.png: 400×16 pixels scaled to pictures of 320 on the longer side are "
        + "320×13, and 16×16 is the least; choose --size 400 or larger\n")
    try folder.makePhoto("thread.png", width: 30_000, height: 1)
    let thread = try program.run("sheet", "thread.png", "-o", "b.png")
    #expect(thread.exitCode == 1)
    #expect(
      thread.errors
        == "error: thread.png: the picture is 30000×1 pixels, and 16×16 is the least; use a larger one\n"
    )
    let lost = try program.run("sheet", "a.png", "-o", "no/b.html")
    #expect(lost.exitCode == 1)
    #expect(
      lost.errors
        == "error: no/b.html: its folder no does not exist; make it, or name another --output\n")
  }
}
