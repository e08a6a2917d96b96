import Foundation
import ImpastoImaging
import TestSupport
import Testing

/// Short dreams with a loss network that a formula makes.
@Suite struct DreamTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_CACHE": folder.file("cache")])
    try folder.makePhoto("photo.png", width: 60, height: 48)
    try folder.makePhoto("guide.png", width: 64, height: 90)
    try folder.installLossNetwork()
  }

  private let dream = [
    "dream", "photo.png", "-o", "out.png", "--precision", "f32", "--octaves", "2", "--iterations",
    "2", "--layers", "relu2_1",
  ]

  @Test func `a picture of the photo's size is written, with its responses`() throws {
    let outcome = try program.run(dream + ["--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("relu2_1, 2 iterations at 43×34, 60×48\n"))
    let result = try outcome.json()
    #expect(
      result.keys.sorted() == [
        "arithmetic", "backend", "compute_seconds", "evaluations", "finished", "height", "input",
        "iterations", "output", "precision", "responses", "scales", "width",
      ])
    let scales = try #require(result["scales"] as? [[String: Any]])
    let ends = try scales.map { scale in
      try ["start", "end"].map { name in
        try #require((scale[name] as? [String: Any])?["total"] as? Double)
      }
    }
    #expect(ends.count == 2 && ends.allSatisfy { $0[1] > $0[0] }, "\(ends)")
    #expect(try folder.size(of: "out.png") == [60, 48])
  }

  @Test func `equal seeds give equal bytes, and options give other pictures`() throws {
    try folder.makePhoto("mask.png", width: 60, height: 48)
    var pictures: [[String]: Data] = [:]
    for options in [
      [], ["--seed", "2"], ["--octaves", "1"], ["--octave-scale", "1.2"], ["--iterations", "3"],
      ["--step", "5"], ["--jitter", "0"], ["--no-pyramid"], ["--pooling", "average"],
      ["--layers", "relu2_1:3+5=2,relu1_2"], ["--guide", "guide.png"], ["--mask", "mask.png"],
      ["--size", "56"],
    ] {
      for _ in 0..<2 {
        let outcome = try program.run(dream + options)
        #expect(outcome.exitCode == 0, "\(options): \(outcome.errors)")
        let picture = try Data(contentsOf: folder.url("out.png"))
        #expect(pictures[options] == nil || pictures[options] == picture, "\(options)")
        pictures[options] = picture
      }
    }
    #expect(Set(pictures.values).count == pictures.count)
  }

  @Test func `every preset dreams`() throws {
    var pictures: Set<Data> = []
    let names = ["eyes", "ripples", "beads", "figures"]
    let run = Array(dream.dropLast(2))
    for name in names {
      let outcome = try program.run(run + ["--preset", name])
      #expect(outcome.exitCode == 0, "\(name): \(outcome.errors)")
      pictures.insert(try Data(contentsOf: folder.url("out.png")))
    }
    #expect(pictures.count == names.count)
  }

  @Test func `a journey becomes an animation or a folder of frames`() throws {
    let run = ["dream", "photo.png", "--zoom", "3"] + dream[4...]
    #expect(
      try program.run(run + ["-o", "out.gif"]).output == "photo.png → out.gif  60×48  3 frames\n")
    let animation = try DecodedAnimation(folder.file("out.gif"))
    #expect((animation.width, animation.height) == (60, 48) && animation.frames.count == 3)
    #expect(try program.run(run + ["-o", "frames/"]).exitCode == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("frames"))
    #expect(names.sorted() == (1...3).map { "frame-000\($0).png" })
    // The first frame is the dream of the photo.
    #expect(try program.run(dream).exitCode == 0)
    #expect(
      try Image(contentsOf: folder.file("frames/frame-0001.png"))
        == Image(contentsOf: folder.file("out.png")))
    let outcome = try program.run(run + ["-o", "out.tif"])
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.hasPrefix(
        """
        error: --output out.tif: the extension does not name a kind of film to write; end the name in \
        .mp4, .mov, .mkv, .webm or .gif, or in / for a folder of frames
        """), "\(outcome.errors)")
  }

  @Test func `a chart shows every channel of a layer`() throws {
    let outcome = try program.run(
      ["dream", "--chart", "relu1_1", "-o", "chart.png", "--precision", "f32"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output == "chart.png  relu1_1  64 channels\n")
    let size = try folder.size(of: "chart.png")
    #expect(size[0] == 16 * 38 + 6 && size[1] > 4 * 38)
  }

  @Test func `Ctrl-C leaves the picture so far and says how far it came`() throws {
    let running = try program.start(
      Array(dream.dropLast(3)) + ["1000", "--octaves", "1", "--save-every", "1"])
    while running.process.isRunning, !folder.exists("out-progress/frame-0003.png") {
      usleep(10_000)
    }
    #expect(!folder.exists("out.png"))
    running.process.interrupt()
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGINT)
    let pattern =
      #/photo\.png → out\.png  60×48  stopped after (\d+) of 1000 iterations, at 60×48  /#
    let match = try #require(try pattern.firstMatch(in: outcome.output), "\(outcome.output)")
    let done = try #require(Int(match.1))
    let last = String(format: "out-progress/frame-%04d.png", done + 1)
    #expect(
      try Image(contentsOf: folder.file(last)) == Image(contentsOf: folder.file("out.png")))
  }

  @Test(arguments: [
    (["small.png"], "small.png has 40×31 pixels, and 32×32 is the least; use a larger one"),
    (["dot.png"], "dot.png has 1×1 pixels, and 32×32 is the least; use a larger one"),
    (
      ["photo.png", "--octaves", "4"],
      "octaves 4: 1 to 2, so that the first has 32×32 pixels or more, is expected"
    ),
    (
      ["photo.png", "--size", "40"],
      "octaves 4: 1 to 1, so that the first has 32×32 pixels or more, is expected"
    ),
    (
      ["photo.png", "--mask", "guide.png"],
      "guide.png: has 64×90 pixels, and photo.png 60×48, which is another shape; make a picture of "
        + "the same one"
    ),
    (
      ["photo.png", "--mask", "black.png"],
      "black.png: the mask is all black, so that no place is chosen; paint the place white"
    ),
    (
      ["photo.png", "--guide", "nowhere.png"],
      "nowhere.png: no such file; check the name and the folder"
    ),
  ])
  func `what cannot be dreamt is named before anything is written`(
    _ arguments: [String], _ text: String
  ) throws {
    try folder.makePhoto("small.png", width: 40, height: 31)
    try folder.makePhoto("dot.png", width: 1, height: 1)
    try Image(width: 60, height: 48, pixels: [UInt8](repeating: 0, count: 60 * 48 * 3))
      .write(to: folder.file("black.png"))
    let outcome = try program.run(["dream"] + arguments + ["-o", "out.png", "--iterations", "1"])
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "error: \(text)\n")
    #expect(!folder.exists("out.png"))
  }

  @Test(arguments: [
    ([], "a photo is missing, or --chart with a layer"),
    (["photo.png", "--chart", "relu4_1"], "--chart: a chart is made without a photo"),
    (
      ["photo.png", "--layers", "relu4_9"],
      "--layers: “relu4_9” is no layer of the loss network; did you mean relu4_1, relu4_2, relu4_3?"
    ),
    (
      ["--chart", "conv"],
      "--chart: “conv” is no layer of the loss network; expected relu1_1, relu1_2, relu2_1, "
        + "relu2_2, relu3_1, relu3_2, relu3_3, relu3_4, relu4_1, relu4_2, relu4_3, relu4_4, "
        + "relu5_1, relu5_2, relu5_3, relu5_4"
    ),
    (
      ["photo.png", "--layers", "relu3_1:256"],
      "--layers: relu3_1 has no channel 256; its 256 channels are 0 to 255"
    ),
    (
      ["photo.png", "--layers", "relu3_1:a"],
      "--layers relu3_1:a: expected the number of a channel, as in relu3_1:37"
    ),
    (
      ["photo.png", "--layers", "relu3_1=0"],
      "--layers relu3_1=0: expected a weight above zero, as in relu4_1=2"
    ),
    (
      ["photo.png", "--preset", "eyes", "--layers", "relu3_1"],
      "--preset and --layers exclude each other"
    ),
    (["photo.png", "--octaves", "0"], "--octaves 0: expected a number from 1 to 12"),
    (["photo.png", "--octave-scale", "1"], "--octave-scale 1.0: expected a number from 1.1 to 2"),
    (["photo.png", "--iterations", "0"], "--iterations 0: expected a number from 1 to 1000"),
    (["photo.png", "--step", "nan"], "--step nan: expected a number from 0.01 to 64"),
    (["photo.png", "--jitter", "-1"], "--jitter -1: expected a number from 0 to 256"),
    (["photo.png", "--tile-size", "64"], "--tile-size 64: expected a number from 512 to 8192"),
    (["photo.png", "--zoom", "1"], "--zoom 1: expected a number from 2 to 9999"),
    (
      ["photo.png", "--zoom", "2", "--save-every", "1"],
      "--zoom and --save-every exclude each other"
    ),
    (["photo.png", "--save-every", "0"], "--save-every 0: expected 1 or more"),
    (
      ["photo.png", "-o", "photo.png"],
      "photo.png would be written over photo.png, which is read; name another --output"
    ),
    (
      ["photo.png", "-o", "out.tif"],
      "--output out.tif: the extension does not name a format to write; end the name in .png, "
        + ".jpg, .jpeg or .webp"
    ),
  ])
  func `mistakes in the command line are refused`(_ arguments: [String], _ text: String) throws {
    let output = arguments.contains("-o") ? [] : ["-o", "out.png"]
    let outcome = try program.run(["dream"] + arguments + output)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: \(text)\n"), "\(outcome.errors)")
  }
}
