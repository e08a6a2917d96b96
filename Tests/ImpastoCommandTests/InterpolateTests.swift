import Foundation
import ImpastoImaging
import TestSupport
import Testing

struct InterpolateTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_MODEL": folder.file("m.safetensors")])
    try folder.makeVariedModel("m.safetensors")
    try folder.makePhoto("a.png", width: 40, height: 24)
  }

  private func frame(_ number: Int, in name: String) throws -> Image {
    try Image(contentsOf: folder.file("\(name)/frame-000\(number).png"))
  }

  @Test func `a folder gets a frame for each step, those of the styles as stylize paints them`()
    throws
  {
    let outcome = try program.run(
      "interpolate", "a.png", "--through", "great-wave,photo,van-gogh-auvers", "--frames", "5",
      "-o", "deep/frames")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.hasPrefix("a.png → deep/frames  5 frames of 40×24  "))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("deep/frames"))
    #expect(names.sorted() == (1...5).map { "frame-000\($0).png" })
    let styles = ["great-wave", "great-wave:1,photo:1", "photo", "photo:1,van-gogh-auvers:1"]
    for (index, style) in (styles + ["van-gogh-auvers"]).enumerated() {
      let alone = try folder.stylized("a.png", style, program)
      #expect(try frame(index + 1, in: "deep/frames") == alone, "\(style)")
    }
  }

  @Test func `a loop ends before the first frame comes again`() throws {
    let outcome = try program.run(
      "interpolate", "a.png", "--through", "great-wave,photo", "--frames", "4", "--loop", "-o",
      "out/", "-q")
    #expect(outcome.exitCode == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
    #expect(try frame(1, in: "out") == folder.stylized("a.png", "great-wave", program))
    #expect(try frame(3, in: "out") == folder.stylized("a.png", "photo", program))
    // There and back are the same way.
    #expect(try frame(2, in: "out") == frame(4, in: "out"))
    #expect(try frame(2, in: "out") != frame(1, in: "out"))
  }

  @Test func `an animation plays once, or without end in a loop`() throws {
    for (options, plays, delays) in [
      ([], 1, [5, 5, 5]), (["--loop"], 0, [5, 5, 5]), (["--fps", "12"], 1, [8, 9, 8]),
      (["--fps", "30"], 1, [3, 4, 3]), (["--fps", "40"], 1, [3, 2, 3]),
      (["--fps", "50"], 1, [2, 2, 2]),
    ] as [([String], Int, [Int])] {
      let outcome = try program.run(
        ["interpolate", "a.png", "--through", "great-wave,hokusai-poppies", "--frames", "3"]
          + ["-o", "a.gif"] + options)
      #expect(outcome.exitCode == 0)
      let animation = try DecodedAnimation(folder.file("a.gif"))
      #expect(animation.width == 40 && animation.height == 24 && animation.plays == plays)
      #expect(animation.frames.map(\.delay) == delays, "\(options)")
    }
    let first = try folder.stylized("a.png", "great-wave", program)
    let frame = try DecodedAnimation(folder.file("a.gif")).frames[0]
    let squares = zip(frame.pixels, first.pixels).map { pow(Double($0) - Double($1), 2) }
    #expect(squares.reduce(0, +) / Double(squares.count) < 100)
    #expect(folder.names == ["a.gif", "a.png", "m.safetensors"])
  }

  @Test func `a strip shows the frames side by side`() throws {
    let outcome = try program.run(
      "interpolate", "a.png", "--through", "great-wave,photo", "--frames", "3", "-o", "strip.png")
    #expect(outcome.exitCode == 0)
    let strip = try Image(contentsOf: folder.file("strip.png"))
    #expect(strip.width == 120 && strip.height == 24)
    for (index, style) in ["great-wave", "great-wave:1,photo:1", "photo"].enumerated() {
      #expect(
        try strip.cropped(x: 40 * index, y: 0, width: 40, height: 24)
          == folder.stylized("a.png", style, program))
    }
  }

  @Test func `large photos are made smaller unless they go to a folder, and as --size says`() throws
  {
    try folder.makePhoto("large.png", width: 520, height: 20)
    func size(_ output: String, _ options: String...) throws -> [Int] {
      let outcome = try program.run(
        ["interpolate", "large.png", "--through", "great-wave,photo", "--frames", "2", "--json"]
          + ["-o", output] + options)
      let result = try outcome.json()
      return try [#require(result["width"] as? Int), #require(result["height"] as? Int)]
    }
    #expect(try size("a.gif") == [480, 18])
    #expect(try size("a.gif", "--size", "520") == [520, 20])
    #expect(try size("frames") == [520, 20])
  }

  @Test func `JSON tells the mixture of each frame`() throws {
    let outcome = try program.run(
      "interpolate", "a.png", "--through", "great-wave,photo", "--frames", "3", "-o", "a.gif",
      "--json", "--backend", "openblas")
    let result = try outcome.json()
    #expect(
      result.keys.sorted() == [
        "arithmetic", "backend", "compute_seconds", "frames", "height", "input", "mixtures",
        "output",
        "precision", "total_seconds", "width",
      ])
    #expect(
      result["mixtures"] as? [[String: Double]] == [
        ["great-wave": 1], ["great-wave": 0.5, "photo": 0.5], ["photo": 1],
      ])
    #expect(result["frames"] as? Int == 3 && result["backend"] as? String == "openblas")
    #expect(result["input"] as? String == "a.png" && result["output"] as? String == "a.gif")
  }

  @Test func `frames of an earlier run are not mixed with new ones`() throws {
    try folder.makePhoto("out/frame-0009.png")
    let outcome = try program.run(
      "interpolate", "a.png", "--through", "great-wave,photo", "--frames", "2", "-o", "out")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "error: out/frame-0009.png: exists already; remove it or name another --output\n")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
    #expect(names == ["frame-0009.png"])
  }

  @Test(arguments: ["a.gif", "frames"])
  func `an interruption leaves all as it was`(output: String) throws {
    try Data("before".utf8).write(to: folder.url("a.gif"))
    let before = folder.names
    let run = try program.start([
      "interpolate", "a.png", "--through", "great-wave,photo", "--frames", "9999", "-o", output,
      "--size", "96",
    ])
    // Until it has begun to write.
    while run.process.isRunning, folder.names == before, !run.hasDraft(in: folder.url(".")) {
      usleep(1000)
    }
    run.process.interrupt()
    let outcome = try run.finish()
    #expect(outcome.exitCode == 128 + SIGINT)
    #expect(outcome.errors.hasSuffix("error: \(output): interrupted; nothing was written\n"))
    #expect(folder.names == before)
    #expect(try Data(contentsOf: folder.url("a.gif")) == Data("before".utf8))
  }

  @Test(arguments: [
    (
      ["--through", "great-waev,photo", "-o", "b.gif"],
      "--through: no style is named “great-waev”; did you mean great-wave?"
    ),
    (
      ["--through", "great-wave", "-o", "b.gif"],
      "--through great-wave: one style; name two or more, as in a,b"
    ),
    (
      ["--through", "great-wave,,photo", "-o", "b.gif"],
      "--through: “great-wave,,photo” leaves out a name; write NAME,NAME"
    ),
    (
      ["--through", "photo,great-wave,photo,great-wave", "-o", "b.gif"],
      "--frames 3: fewer than the 4 styles of --through; ask for as many or more"
    ),
    (
      ["--through", "great-wave,photo", "-o", "b.mp4"],
      "--output b.mp4: the extension does not name a format to write; end the name in .gif, .png, "
        + ".jpg, .jpeg or .webp, or in / for a folder of frames"
    ),
    (
      ["--through", "great-wave,photo", "-o", "-"],
      "--output -: frames are not written to standard output; name a file in .gif, .png, .jpg, "
        + ".jpeg or .webp, or a folder"
    ),
    (
      ["--through", "great-wave,photo", "-o", "./a.png"],
      "./a.png would be written over the photo a.png; name another --output"
    ),
    (
      ["--through", "great-wave,photo", "-o", "b.png", "--fps", "9"],
      "--fps: only an animation has a speed; end --output in .gif"
    ),
  ])
  func `a mistake is answered with what to do and exit code 64`(
    _ arguments: [String], _ text: String
  ) throws {
    let before = folder.names
    let outcome = try program.run(["interpolate", "a.png", "--frames", "3"] + arguments)
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors
        == "error: \(text)\nSee 'impasto interpolate --help' for more information.\n")
    #expect(outcome.output.isEmpty && folder.names == before)
  }

  @Test(arguments: [
    (["--frames", "1"], "--frames 1: expected a number from 2 to 9999"),
    (["--frames", "10000"], "--frames 10000: expected a number from 2 to 9999"),
    (["--frames", "-3"], "--frames -3: expected a number from 2 to 9999"),
    (["--frames", "5", "--fps", "51"], "--fps 51: expected a number from 1 to 50"),
    (["--frames", "5", "--fps", "0"], "--fps 0: expected a number from 1 to 50"),
    (["--frames", "5", "--size", "15"], "--size 15: expected a number from 16 to 16384"),
    (["--frames", "5", "--quality", "0"], "--quality 0: expected a number from 1 to 100"),
  ])
  func `an option out of range is refused`(_ options: [String], _ text: String) throws {
    let outcome = try program.run(
      ["interpolate", "a.png", "--through", "great-wave,photo", "-o", "b.gif"] + options)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: \(text)\nUsage: impasto interpolate "))
  }

  @Test func `what cannot be written is said before the work`() throws {
    func errors(_ output: String, _ options: String...) throws -> String {
      let outcome = try program.run(
        ["interpolate", "a.png", "--through", "great-wave,photo", "-o", output, "--frames", "9999"]
          + options)
      #expect(outcome.exitCode == 1)
      return outcome.errors
    }
    #expect(
      try errors("no/b.gif")
        == "error: no/b.gif: its folder no does not exist; make it, or name another --output\n")
    #expect(
      try errors("b.png", "--size", "256")
        == "error: b.png: 9999 pictures of 256×154 pixels are more than the 256 million pixels of "
        + "one that can be read; choose a smaller --size\n")
    #expect(
      try errors("b.jpg")
        == "error: b.jpg: the pictures make a side of 399960 pixels, and 65500 is the most of this "
        + "format; choose a smaller --size, or write .png\n")
    #expect(try errors("a.png/out/").hasPrefix("error: a.png/out/: this folder cannot be made ("))
    #expect(folder.names == ["a.png", "m.safetensors"])
  }
}
