import Foundation
import TestSupport
import Testing

/// Evaluations of small untrained networks with a loss network that a formula makes.
@Suite(.serialized)
struct EvaluateTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_CACHE": folder.file("cache")])
    try folder.makeModel("network.safetensors", styles: ["great-wave", "poppies"])
    for name in ["Styles/Great Wave.png", "Styles/poppies.jpg", "Styles/unlearned.png"] {
      try folder.makePhoto(name, width: 70, height: 64)
    }
    for index in 0..<4 {
      try folder.makePhoto("photos/\(index).png", width: 60 + index, height: 66)
    }
  }

  let small = [
    "evaluate", "--model", "network.safetensors", "--content", "photos", "--image-size", "64",
    "--style-size", "32", "--precision", "f32",
  ]

  @Test func `each style has its losses, and beside them those of the photos as they are`() throws {
    try folder.installLossNetwork()
    let outcome = try program.run(small)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("2 styles, 4 photos at 64², paintings at 32\n"))
    let tables = outcome.output.components(separatedBy: "\n\n")
    #expect(tables.count == 3)
    let lines = tables[0].split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.first == "style           C       S  C+20S  photo")
    #expect(
      lines.dropFirst().map { $0.split(separator: " ").first } == ["great-wave", "poppies", "mean"])
    #expect(lines.allSatisfy { $0.count == lines[0].count })
    let faults = tables[1].split(separator: "\n").map { $0.split(separator: "  ") }
    #expect(
      faults[0].map { $0.trimmingCharacters(in: .whitespaces) }
        == ["style", "frame", "grid 2", "grid 4", "blobs", "clipping"])
    #expect(faults.map { $0[0] } == ["style", "great-wave", "poppies", "the photos", "limit"])
    #expect(
      faults[4].dropFirst().map { $0.trimmingCharacters(in: .whitespaces) }
        == ["2.00", "2.00", "2.00", "10.0", "10.0 %"])
    // What exceeds its limit, and only that, is marked.
    for row in faults[1...2] {
      for (cell, limit) in zip(row.dropFirst(), faults[4].dropFirst()) {
        let (value, most) = (try Self.number(cell), try Self.number(limit))
        #expect(value == most || cell.contains("!") == (value > most), "\(row)")
      }
    }
  }

  @Test func `the JSON holds every photo and the means of all`() throws {
    try folder.installLossNetwork()
    let outcome = try program.run(small + ["--json", "--photos", "2", "-o", "all.json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let result = try outcome.json()
    #expect(try String(contentsOf: folder.url("all.json"), encoding: .utf8) == outcome.output)
    #expect(
      result.keys.sorted() == [
        "arithmetic", "content", "fault_limits", "is_finished", "mean", "model", "photo_count",
        "photo_faults", "photo_row_psnr",
        "photo_size", "precision", "skipped", "style_size", "styles", "unmeasured",
      ])
    #expect(result["photo_count"] as? Int == 2 && result["is_finished"] as? Bool == true)
    let styles = try #require(result["styles"] as? [[String: Any]])
    var totals: [Double] = []
    for style in styles {
      let samples = try #require(style["samples"] as? [[String: Any]])
      #expect(samples.map { $0["photo"] as? String } == ["1.png", "3.png"])
      for sample in samples {
        let plain = try #require(sample["plain"] as? [String: Double])
        #expect(plain["content"] == 0)
      }
      let mean = try Self.total(style["network"])
      let each = try samples.map { try Self.total($0["network"]) }
      #expect(abs(mean - each.reduce(0, +) / 2) <= 1e-5 * mean)
      totals.append(mean)
    }
    let mean = try Self.total((result["mean"] as? [String: Any])?["network"])
    #expect(abs(mean - totals.reduce(0, +) / 2) <= 1e-5 * mean)
  }

  @Test func `the same network as the one to compare with has the same losses`() throws {
    try folder.installLossNetwork()
    try folder.makeModel("fewer.safetensors", styles: ["poppies"])
    let outcome = try program.run(small + ["--against", "network.safetensors", "--photos", "1"])
    let table = outcome.output.components(separatedBy: "\n\n")[0]
    for line in table.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: " ")
      #expect(cells.count == 6 && cells[3] == cells[5], "\(line)")
    }
    let fewer = try program.run(small + ["--against", "fewer.safetensors", "--photos", "1"])
    let last = fewer.output.split(separator: "\n").map { $0.split(separator: " ").last ?? "" }
    #expect(last[0] == "against" && last[1] == "–" && last[2] != "–")
  }

  @Test func `the page shows the painting, the photos and what became of them`() throws {
    try folder.installLossNetwork()
    let options = ["--against", "network.safetensors", "--report", "page.html"]
    let outcome = try program.run(small + options + ["--shown-photos", "3"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("\npage.html\n"))
    let page = try String(contentsOf: folder.url("page.html"), encoding: .utf8)
    #expect(page.contains("<title>network.safetensors</title>"))
    // For each of two styles the painting, and three photos as they are and by two networks.
    #expect(page.matches(of: /src="data:image\/jpeg;base64,/).count == 2 * (1 + 3 * 3))
    for name in ["0.png", "2.png", "3.png"] {
      #expect(page.matches(of: try Regex("<figcaption>\(name)</figcaption>")).count == 2, "\(name)")
    }
    #expect(!page.contains("<figcaption>1.png"))
  }

  @Test func `photos are optimised from noise and from themselves, and iterations counted`() throws
  {
    try folder.installLossNetwork()
    let options = ["--style-names", "poppies", "--shown-photos", "1", "--report", "page.html"]
    let outcome = try program.run(
      small + options + [
        "--against", "optimize:3", "-o", "all.json", "--against", "network.safetensors",
      ])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let tables = outcome.output.components(separatedBy: "\n\n")
    #expect(tables.count == 4)
    #expect(tables[1].hasPrefix("style    network  opt 3  ÷ opt  ≈ noise  ≈ photo\npoppies "))
    let text = try Data(contentsOf: folder.url("all.json"))
    let result = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    #expect(result["iterations"] as? Int == 3)
    let style = try #require((result["styles"] as? [[String: Any]])?.first)
    let descents = try #require(style["descents"] as? [[String: Any]])
    #expect(descents.map { $0["start"] as? String } == ["noise", "photo"])
    for descent in descents {
      #expect(descent["photo"] as? String == "2.png")
      let totals = try #require(descent["totals"] as? [Double])
      #expect(
        totals.count == 4 && zip(totals, totals.dropFirst()).allSatisfy { $0 > $1 }, "\(totals)")
    }
    // What the optimisation begins with from the photo is the photo as it is.
    let samples = try #require(style["samples"] as? [[String: Any]])
    let plain = try Self.total(samples[2]["plain"])
    let first = try #require((descents[1]["totals"] as? [Double])?.first)
    #expect(abs(first - plain) <= 1e-4 * plain)
    let equivalents = try #require(style["equivalent_iterations"] as? [String: [String: Any]])
    #expect(equivalents.keys.sorted() == ["noise", "photo"])
    let page = try String(contentsOf: folder.url("page.html"), encoding: .utf8)
    #expect(page.contains("<figcaption>3 iterations</figcaption>"))
    #expect(page.contains("<h2>Against optimisation</h2>") && page.contains("<svg"))
  }

  @Test func `large pictures and moved photos have tables and keys of their own`() throws {
    try folder.installLossNetwork()
    let options = [
      "--style-names", "poppies", "--shown-photos", "1", "--sizes", "64,72", "--shift",
    ]
    try folder.makePhoto("photos/2.png", width: 70, height: 66)
    let outcome = try program.run(small + options + ["-o", "all.json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let tables = outcome.output.components(separatedBy: "\n\n").map { $0.split(separator: "\n") }
    #expect(tables.count == 5)
    #expect(
      tables[1].map { $0.split(separator: " ").first } == ["style", "poppies", "mean", "limit"])
    #expect(tables[1][0].hasPrefix("style    whole 64 "))
    // No photo has 72 pixels on both sides.
    #expect(tables[1][1].split(separator: " ").suffix(2) == ["–", "–"])
    #expect(tables[2][0].split(separator: "  ").dropFirst().first == "shift 1")
    #expect(tables[4][0].hasPrefix("row photo ") && tables[4][0].hasSuffix(" dB"))
    let text = try Data(contentsOf: folder.url("all.json"))
    let result = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    #expect(result["sizes"] as? [Int] == [64, 72] && result["photo_row_psnr"] is Double)
    let style = try #require((result["styles"] as? [[String: Any]])?.first)
    let sizes = try #require(style["sizes"] as? [[String: Any]])
    #expect(sizes.count == 1 && sizes[0]["size"] as? Int == 64)
    #expect(sizes[0].keys.sorted() == ["edges", "photo", "size", "style"])
    let shifts = try #require(style["shifts"] as? [[String: Any]])
    #expect(shifts[0]["differences"] as? [Double] == style["shift"] as? [Double])
  }

  @Test(arguments: [
    ("512,", "--sizes 512,: “” is no number; write sizes like 512,1024"),
    ("512,63", "--sizes 63: expected a number from 64 to 16384"),
    ("big", "--sizes big: “big” is no number; write sizes like 512,1024"),
    ("512,512", "--sizes 512,512: 512 is given twice; give it once"),
  ])
  func `sizes that are none are refused`(_ sizes: String, _ words: String) throws {
    let outcome = try program.run(small + ["--sizes", sizes])
    #expect(outcome.exitCode == 64 && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func `a photo that cannot be shown is replaced by the next`() throws {
    try folder.installLossNetwork()
    try Data("no picture".utf8).write(to: folder.url("photos/2.png"))
    let options = ["--shown-photos", "1", "--report", "page.html", "--style-names", "poppies"]
    #expect(try program.run(small + options).exitCode == 0)
    let page = try String(contentsOf: folder.url("page.html"), encoding: .utf8)
    #expect(page.contains("<figcaption>3.png</figcaption>"))
    #expect(page.contains("<h2>Not measured</h2>") && page.contains("<th>2.png</th>"))
  }

  @Test func `photos that cannot be measured are skipped by name, and styles without painting too`()
    throws
  {
    try folder.installLossNetwork()
    try Data("no picture".utf8).write(to: folder.url("photos/broken.jpg"))
    try folder.makePhoto("photos/narrow.png", width: 31, height: 80)
    try Data("text".utf8).write(to: folder.url("photos/notes.txt"))
    try FileManager.default.removeItem(at: folder.url("Styles/poppies.jpg"))
    let outcome = try program.run(small + ["--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("left out poppies: \(folder.path)/Styles holds no painting of it\n"))
    #expect(
      outcome.errors.contains(
        """
        skipped 2 photos:
          photos/broken.jpg: not a PNG, JPEG, WebP, HEIC, AVIF or TIFF picture (it holds text); convert it to PNG or JPEG
          photos/narrow.png has 31×80 pixels, and 32×32 is the least; use a larger one

        """), "\(outcome.errors)")
    let result = try outcome.json()
    #expect(result["photo_count"] as? Int == 4)
    #expect(
      (result["skipped"] as? [[String: String]])?.map { $0["name"] } == [
        "broken.jpg", "narrow.png",
      ])
    #expect(
      result["left_out"] as? [[String: String]] == [
        ["input": "photos/notes.txt", "reason": "not a picture by its extension"]
      ])
    #expect((result["unmeasured"] as? [[String: String]])?.map { $0["name"] } == ["poppies"])
  }

  @Test func `a folder in which nothing can be measured is an error`() throws {
    try folder.installLossNetwork()
    try folder.makeFolder("bad")
    try Data("no picture".utf8).write(to: folder.url("bad/broken.jpg"))
    let outcome = try program.run(small + ["--content", "bad", "-o", "all.json"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.hasSuffix(
        """
        error: bad: not one of its photos can be read; the first: bad/broken.jpg: not a PNG, \
        JPEG, WebP, HEIC, AVIF or TIFF picture (it holds text); convert it to PNG or JPEG

        """), "\(outcome.errors)")
    #expect(!folder.exists("all.json"))
  }

  @Test func `a scroll is measured at a size that the loss network can see`() throws {
    try folder.installLossNetwork()
    try folder.makePhoto("Styles/poppies.jpg", width: 900, height: 64)
    let outcome = try program.run(small + ["--photos", "1", "--style-names", "poppies"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
  }

  @Test(arguments: [
    (
      ["--content", "nowhere"],
      "nowhere: no such folder; name a folder of photos (PNG, JPEG, WebP, HEIC, AVIF or TIFF)"
    ),
    (
      ["--content", "cache"],
      "cache: no photo in this folder or below it; put PNG, JPEG, WebP, HEIC, AVIF or TIFF files there"
    ),
    (["--styles", "nowhere"], "nowhere: no such folder; name a folder of paintings with --styles"),
    (
      ["--styles", "photos"],
      "photos: holds the painting of no style of network.safetensors; name the folder of the "
        + "paintings that it was trained on with --styles"
    ),
    (
      ["-o", "nowhere/a.json"],
      "nowhere/a.json: its folder nowhere does not exist; make it, or name another --output"
    ),
    (
      ["--against", "nowhere.safetensors"],
      "--against nowhere.safetensors: no such file; expected a checkpoint, or optimize:N"
    ),
    (
      ["--report", "nowhere/a.html"],
      "nowhere/a.html: its folder nowhere does not exist; make it, or name another --report"
    ),
    (
      ["-o", "folder.json"],
      "folder.json: a folder has this name; name another --output"
    ),
    (
      ["--styles", "tiny"],
      "tiny/poppies.png: 90×63 pixels show no strokes to learn; find a picture of the painting with "
        + "64 or more on each side"
    ),
    (
      [],
      "cache/vgg19.safetensors: the loss network is not installed; run `impasto weights install`"
    ),
  ])
  func `what an evaluation lacks is named before it begins`(
    _ options: [String], _ text: String
  )
    throws
  {
    try folder.makeFolder("cache")
    try folder.makeFolder("folder.json")
    try folder.makePhoto("tiny/poppies.png", width: 90, height: 63)
    var program = program
    program.environment["IMPASTO_CACHE"] = "cache"
    let outcome = try program.run(small + options)
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "error: \(text)\n")
  }

  @Test func `where no paintings can be found they are asked for`() throws {
    try FileManager.default.moveItem(
      at: folder.url("Styles"), to: folder.url("elsewhere"))
    let outcome = try program.run(small)
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: no paintings: there is no folder Styles in the checkpoint's folder or one above it, \
        nor in the working folder or one above it; name one with --styles

        """)
  }

  @Test(arguments: [
    (["--photos", "0"], "--photos 0: expected 1 or more"),
    (["--image-size", "31"], "--image-size 31: expected a number from 64 to 1024"),
    (["--style-size", "4096"], "--style-size 4096: expected a number from 32 to 2048"),
    (
      ["--against", "optimize:0"],
      "--against optimize:0: expected optimize:N with N from 1 to 1000"
    ),
    (["--against", "optimize"], "--against optimize: expected optimize:N with N from 1 to 1000"),
    (
      ["--against", "optimize:5", "--against", "optimize:6"],
      "--against optimize:6: optimize is given twice; give it once"
    ),
    (
      ["--against", "a.safetensors", "--against", "b.safetensors"],
      "--against b.safetensors: a second checkpoint; name one at a time"
    ),
    (["--shown-photos", "0"], "--shown-photos 0: expected 1 or more"),
    (["--report", "a.json"], "--report a.json: expected a name ending in .html"),
    (["-o", "a.txt"], "--output a.txt: expected a name ending in .json"),
    (
      ["--style-names", "great-wav"],
      "--style-names: no style is named “great-wav”; did you mean great-wave?"
    ),
  ])
  func `a mistake in the command line is named`(_ options: [String], _ text: String) throws {
    let outcome = try program.run(small + options)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: \(text)\n"), "\(outcome.errors)")
  }

  private static func number(_ cell: Substring) throws -> Float {
    try #require(Float(String(cell.filter { $0.isNumber || $0 == "." })))
  }

  private static func total(_ losses: Any?) throws -> Double {
    let losses = try #require(losses as? [String: Double])
    let (content, style) = (try #require(losses["content"]), try #require(losses["style"]))
    let total = try #require(losses["total"])
    #expect(abs(total - content - 20 * style) <= 1e-5 * total)
    return total
  }
}
