import Foundation
import ImpastoImaging
import TestSupport
import Testing

struct MemoryTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    program = try Program.withModel()
    folder = program.folder
    try folder.makePhoto("a.png")
  }

  private static let commands = [
    ["stylize", "a.png", "--style", "great-wave"],
    ["interpolate", "a.png", "--through", "great-wave,photo", "--frames", "2"],
    ["sheet", "a.png"],
    ["grid", "a.png", "--corners", "great-wave,photo,photo,great-wave", "--steps", "2"],
  ]

  @Test(arguments: ["1GB", "1.5gib", "900M"])
  func `the picture does not depend on the memory allowed`(size: String) throws {
    let paint = ["stylize", "a.png", "--style", "great-wave", "-q", "-o"]
    #expect(try program.run(paint + ["plain.png"]).exitCode == 0)
    #expect(try program.run(paint + ["bounded.png", "--memory", size]).exitCode == 0)
    #expect(
      try Data(contentsOf: folder.url("plain.png")) == Data(contentsOf: folder.url("bounded.png")))
  }

  /// Each thread has some memory in hand.
  @Test(arguments: [(threads: 1, share: 1.0), (2, 1.25), (2, 1.5)])
  func `a photo is painted within the memory allowed, to the same picture`(
    threads: Int, share: Double
  ) throws {
    try folder.makeModel("m.safetensors", widths: [32, 8, 8])
    try folder.makePhoto("large.png", width: 1200, height: 1000)
    let paint = [
      "stylize", "large.png", "--style", "great-wave", "-q", "--threads", "\(threads)", "-o",
    ]
    let refusal = try program.run(paint + ["none.png", "--memory", "2MB"])
    let least = try #require(refusal.errors.firstMatch(of: #/at least (\d+) MB/#)?.1)
    // The program itself does not hold quite the same each time.
    let allowed = Int(share * Double(try #require(Int(least)))) + 2

    let bounded = try program.start(paint + ["bounded.png", "--memory", "\(allowed)MB"])
      .finishWatched()
    #expect(bounded.outcome.exitCode == 0, "\(bounded.outcome.errors)")
    #expect(bounded.peakBytes <= allowed * 1_000_000)
    let plain = try program.start(paint + ["plain.png", "--memory", "4GB"]).finishWatched()
    #expect(plain.outcome.exitCode == 0, "\(plain.outcome.errors)")
    #expect(plain.peakBytes > allowed * 1_000_000, "one keeps what the other does not")
    #expect(
      try Data(contentsOf: folder.url("plain.png")) == Data(contentsOf: folder.url("bounded.png")))
  }

  @Test(arguments: commands)
  func `too little memory is refused with what is needed, and nothing is written`(
    command: [String]
  ) throws {
    let outcome = try program.run(command + ["--memory", "2MB", "-o", "b.png"])
    #expect(outcome.exitCode == 1)
    let refusal = try #require(
      outcome.errors.wholeMatch(
        of:
          #/error: a.png: 33×20 pixels take at least (\d+) MB of memory to paint, and 2 MB are allowed; allow more, use a smaller picture or scale it down\n/#
      ))
    // The program itself is counted.
    #expect(try #require(Int(refusal.1)) > 10)
    #expect(folder.names == ["a.png", "m.safetensors"])
    #expect(try program.run(command + ["--memory", "1GB", "-o", "b.png"]).exitCode == 0)
  }

  @Test(arguments: [
    ["--region", "mask.png=hokusai-poppies", "--stroke-size", "2", "--keep-colors"],
    ["--region", "mask.png=hokusai-poppies"], ["--stroke-size", "0.5"], ["--stroke-size", "4"],
    ["--size", "700", "--keep-colors"],
  ])
  func `what a photo takes is said at once and is enough`(options: [String]) throws {
    try folder.makePhoto("large.png", width: 1200, height: 1000)
    try folder.makePhoto("mask.png")
    let paint =
      ["stylize", "large.png", "--style", "great-wave", "--threads", "1", "-q", "-o", "b.png"]
      + options
    let refusal = try program.run(paint + ["--memory", "2MB"])
    #expect(refusal.errors.hasPrefix("error: large.png: 1200×1000 pixels take at least "))
    let least = try #require(refusal.errors.firstMatch(of: #/at least (\d+) MB/#)?.1)
    let allowed = try #require(Int(least)) + 2
    let bounded = try program.start(paint + ["--memory", "\(allowed)MB"]).finishWatched()
    #expect(bounded.outcome.exitCode == 0, "\(bounded.outcome.errors)")
    #expect(bounded.peakBytes <= allowed * 1_000_000)
  }

  @Test func `pictures that are gathered in memory count`() throws {
    try folder.makePhoto("a.png", width: 100, height: 100)
    let outcome = try program.run(
      "grid", "a.png", "--corners", "great-wave,photo,photo,great-wave", "--steps", "50",
      "--memory", "140MB", "-o", "b.png")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("error: a.png: 100×100 pixels take at least "))
  }

  @Test func `a photo too large to be scaled is refused before it is decoded`() throws {
    let width = 8000
    let large = try ImageWriter(to: folder.file("large.png"), width: width, height: 5000)
    let row = [UInt8](repeating: 128, count: 3 * width)
    for _ in 0..<5000 {
      try row.withUnsafeBufferPointer { row throws(ImageError) in try large.write(rows: row) }
    }
    try large.finish()
    let scale = ["stylize", "large.png", "--style", "great-wave", "--size", "64", "-o", "b.png"]
    let outcome = try program.run(scale + ["--memory", "120MB"])
    #expect(outcome.exitCode == 1)
    let refusal = try #require(
      outcome.errors.wholeMatch(
        of:
          #/error: large.png: 8000×5000 pixels take at least (\d+) MB of memory to paint, and 120 MB are allowed; allow more, use a smaller picture or scale it down\n/#
      ))
    #expect(try #require(Int(refusal.1)) > 120)
    #expect(!folder.names.contains("b.png"))
    #expect(try program.run(scale + ["--memory", "500MB"]).exitCode == 0)
  }

  @Test(arguments: ["lots", "0GB", "-1GB", "2", "GB", "1e999GB"])
  func `a size that says nothing is refused`(size: String) throws {
    let outcome = try program.run("stylize", "a.png", "--style", "great-wave", "--memory=\(size)")
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix("error: The value '\(size)' is invalid for '--memory <size>'\n"))
  }
}
