import Foundation
import ImpastoImaging
import TestSupport
import Testing

/// Short optimisations with a loss network that a formula makes.
@Suite struct OptimizeTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_CACHE": folder.file("cache")])
    try folder.makePhoto("photo.png", width: 50, height: 40)
    try folder.makePhoto("painting.jpg", width: 70, height: 64)
    try folder.makePhoto("other.png", width: 64, height: 90)
  }

  private let optimize = [
    "optimize", "photo.png", "painting.jpg", "-o", "out.png", "--precision", "f32",
  ]

  @Test func `a picture of the photo's size is written, with its losses`() throws {
    try folder.installLossNetwork()
    let outcome = try program.run(optimize + ["--iterations", "3", "--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("1 painting, 3 iterations of L-BFGS at 50×40\n"))
    let result = try outcome.json()
    #expect(
      result.keys.sorted() == [
        "arithmetic", "backend", "compute_seconds", "evaluations", "finished", "height", "input",
        "iterations", "losses", "output", "paintings", "precision", "scales", "width",
      ])
    #expect(result["iterations"] as? Int == 3 && result["finished"] as? Bool == true)
    let losses = try #require(result["losses"] as? [String: Any])
    #expect(
      losses.keys.sorted() == ["content", "layers", "style", "total", "total_variation"])
    let scale = try #require((result["scales"] as? [[String: Any]])?.first)
    let start = try #require(scale["start"] as? [String: Any])
    #expect(try #require(losses["total"] as? Double) < #require(start["total"] as? Double))
    #expect(try folder.size(of: "out.png") == [50, 40])
    #expect(
      try Image(contentsOf: folder.file("out.png"))
        != Image(contentsOf: folder.file("photo.png")))
  }

  @Test func `metadata are copied, and left out where asked`() throws {
    try folder.installLossNetwork()
    try folder.makePhoto(
      "photo.png", width: 50, height: 40, metadata: TemporaryFolder.metadataOfCamera)
    #expect(try program.run(optimize + ["--iterations", "1"]).exitCode == 0)
    let metadata = try folder.metadata(of: "out.png")
    #expect(try #require(metadata.exif).range(of: Data("Kamera\0".utf8)) != nil)
    #expect(metadata.density == .init(x: 11811, y: 11811))
    #expect(try program.run(optimize + ["--iterations", "1", "--strip"]).exitCode == 0)
    #expect(try folder.metadata(of: "out.png") == .none)
  }

  @Test func `equal seeds give equal bytes, and options give other pictures`() throws {
    try folder.installLossNetwork()
    var pictures: [[String]: Data] = [:]
    let noise = ["--init", "noise", "--iterations", "2"]
    for options in [
      noise, noise + ["--seed", "2"], noise + ["--optimizer", "adam"],
      noise + ["--loss", "gatys"], noise + ["--pooling", "average"],
      noise + ["--style-taps", "relu3_1"], noise + ["--content-taps", "relu2_2:2,relu4_1:1"],
      noise + ["--style-scale", "0.8"], noise + ["--content-weight", "5"],
      noise + ["--style-weight", "5"], noise + ["--tv-weight", "5"],
      noise + ["--optimizer", "adam", "--learning-rate", "0.1"],
      ["--init", "other.png", "--iterations", "2"], ["--init", "photo", "--iterations", "2"],
    ] {
      for _ in 0..<2 {
        let outcome = try program.run(optimize + options)
        #expect(outcome.exitCode == 0, "\(options): \(outcome.errors)")
        let picture = try Data(contentsOf: folder.url("out.png"))
        #expect(pictures[options] == nil || pictures[options] == picture, "\(options)")
        pictures[options] = picture
      }
    }
    #expect(Set(pictures.values).count == pictures.count)
  }

  @Test func `several paintings are mixed by their weights`() throws {
    try folder.installLossNetwork()
    let both =
      ["optimize", "photo.png", "painting.jpg", "other.png", "-o", "out.png"]
      + ["--iterations", "2", "--precision", "f32"]
    var pictures: Set<Data> = []
    for weights in [[], ["--painting-weights", "3,1"], ["--painting-weights", "1,3"]] {
      let outcome = try program.run(both + weights)
      #expect(outcome.errors.hasPrefix("2 paintings, 2 iterations"))
      pictures.insert(try Data(contentsOf: folder.url("out.png")))
    }
    #expect(pictures.count == 3)
  }

  @Test func `large pictures begin small`() throws {
    try folder.installLossNetwork()
    try folder.makePhoto("photo.png", width: 200, height: 140)
    let outcome = try program.run(
      optimize + ["--size", "160", "--scales", "2", "--iterations", "2", "--json"])
    #expect(outcome.errors.hasPrefix("1 painting, 2 iterations of L-BFGS at 80×56, 160×112\n"))
    let scales = try #require(try outcome.json()["scales"] as? [[String: Any]])
    #expect(scales.map { $0["width"] as? Int } == [80, 160])
    #expect(scales.map { $0["iterations"] as? Int } == [2, 2])
    #expect(try folder.size(of: "out.png") == [160, 112])
  }

  @Test func `progress is kept as frames and as an animation`() throws {
    try folder.installLossNetwork()
    let run = optimize + ["--iterations", "5", "--save-every", "2"]
    let outcome = try program.run(run)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.hasSuffix(" s\nout-progress\nout-progress.gif\n"))
    // The start, the second, the fourth and the last.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("out-progress"))
    #expect(names.sorted() == (1...4).map { "frame-000\($0).png" })
    let first = try Image(contentsOf: folder.file("out-progress/frame-0001.png"))
    #expect(try first == Image(contentsOf: folder.file("photo.png")))
    let last = try Image(contentsOf: folder.file("out-progress/frame-0004.png"))
    #expect(try last == Image(contentsOf: folder.file("out.png")))
    let animation = try DecodedAnimation(folder.file("out-progress.gif"))
    #expect((animation.width, animation.height) == (50, 40))
    #expect(animation.frames.map(\.delay) == [10, 10, 10, 200])

    let again = try program.run(run)
    #expect(again.exitCode == 1)
    #expect(
      again.errors.hasSuffix(
        "error: out-progress.gif: exists already; remove it or name another --output\n"))
  }

  @Test func `the colours of the photo can be kept`() throws {
    try folder.installLossNetwork()
    let run = optimize + ["--iterations", "2"]
    #expect(try program.run(run).exitCode == 0)
    let plain = try Image(contentsOf: folder.file("out.png"))
    #expect(try program.run(run + ["--keep-colors"]).exitCode == 0)
    let photo = try Image(contentsOf: folder.file("photo.png"))
    #expect(try Image(contentsOf: folder.file("out.png")) == plain.withColors(of: photo))
  }

  @Test func `Ctrl-C leaves the best picture so far and says how far it came`() throws {
    try folder.installLossNetwork()
    let running = try program.start(
      optimize + ["--iterations", "100000", "--save-every", "1"])
    while running.process.isRunning, !folder.exists("out-progress/frame-0003.png") {
      usleep(10_000)
    }
    #expect(!folder.exists("out.png"))
    running.process.interrupt()
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGINT)
    let pattern =
      #/photo\.png → out\.png  50×40  stopped after (\d+) of 100000 iterations, at 50×40  /#
    let match = try #require(try pattern.firstMatch(in: outcome.output))
    let done = try #require(Int(match.1))
    let last = String(format: "out-progress/frame-%04d.png", done + 1)
    #expect(
      try Image(contentsOf: folder.file(last)) == Image(contentsOf: folder.file("out.png")))
    #expect(try DecodedAnimation(folder.file("out-progress.gif")).frames.count == done + 1)
  }

  @Test(arguments: [
    (
      ["optimize", "small.png", "painting.jpg"],
      "small.png has 40×31 pixels, and 32×32 is the least; use a larger one"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "small.png"],
      "small.png has 40×31 pixels, and 32×32 is the least; use a larger one"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "--size", "39"],
      "photo.png: 50×40 pixels scaled to a longer side of 39 are 39×31, and 32×32 is the least; "
        + "choose a larger --size"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "--scales", "2"],
      "scales 2: 1 to 1, so that the first has 32×32 pixels or more, is expected"
    ),
    (
      ["optimize", "photo.png", "nowhere.jpg"],
      "nowhere.jpg: no such file; check the name and the folder"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "--init", "nowhere.png"],
      "--init nowhere.png: no such file; expected photo, noise, or the file of a picture"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "-o", "no/out.png"],
      "no/out.png: its folder no does not exist; make it, or name another --output"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "-o", "folder.png"],
      "folder.png: a folder has this name; name another --output"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "-o", "shown.png", "--save-every", "1"],
      "shown-progress.gif: exists already; remove it or name another --output"
    ),
  ])
  func `what cannot be optimised is named before anything is written`(
    _ arguments: [String], _ text: String
  ) throws {
    try folder.installLossNetwork()
    try folder.makePhoto("small.png", width: 40, height: 31)
    try FileManager.default.createDirectory(
      at: folder.url("folder.png"), withIntermediateDirectories: false)
    try Data("kept".utf8).write(to: folder.url("shown-progress.gif"))
    let output = arguments.contains("-o") ? [] : ["-o", "out.png"]
    let outcome = try program.run(arguments + output + ["--iterations", "1"])
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "error: \(text)\n")
    #expect(!folder.exists("out.png") && !folder.exists("shown-progress"))
    #expect(try Data(contentsOf: folder.url("shown-progress.gif")) == Data("kept".utf8))
  }

  @Test func `scrolls and large strokes are no fault of a painting`() throws {
    try folder.installLossNetwork()
    try folder.makePhoto("scroll.png", width: 800, height: 40)
    let run = ["optimize", "photo.png", "scroll.png", "-o", "out.png", "--iterations", "1"]
    for scale in ["0.25", "1.5"] {
      let outcome = try program.run(run + ["--style-scale", scale])
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
  }

  @Test func `what goes wrong on the way leaves the picture so far, and says where`() throws {
    try folder.installLossNetwork()
    let running = try program.start(optimize + ["--iterations", "100000", "--save-every", "1"])
    while running.process.isRunning, !folder.exists("out-progress/frame-0003.png") {
      usleep(10_000)
    }
    try FileManager.default.moveItem(
      at: folder.url("out-progress"), to: folder.url("elsewhere"))
    let outcome = try running.finish()
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains(#/out\.png: the picture after \d+ iterations\n/#))
    #expect(outcome.errors.contains(#/error: out-progress/frame-\d+\.png: /#))
    #expect(try folder.size(of: "out.png") == [50, 40])
  }

  @Test func `without the loss network there is a hint where it comes from`() throws {
    let outcome = try program.run(optimize)
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: \(folder.file("cache/vgg19.safetensors")): the loss network is not installed; run \
        `impasto weights install`

        """)
  }

  @Test(arguments: [
    (
      ["optimize", "photo.png", "./photo.png", "-o", "out.png"],
      "./photo.png is the photo itself; name a painting to take the style of"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "-o", "photo.png"],
      "photo.png would be written over photo.png, which is read; name another --output"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "-o", "./painting.jpg"],
      "./painting.jpg would be written over painting.jpg, which is read; name another --output"
    ),
    (
      ["optimize", "photo.png", "painting.jpg", "-o", "out.tif"],
      "--output out.tif: the extension does not name a format to write; end the name in .png, "
        + ".jpg, .jpeg or .webp"
    ),
    (["--iterations", "0"], "--iterations 0: expected a number from 1 to 100000"),
    (["--scales", "0"], "--scales 0: expected a number from 1 to 8"),
    (["--style-scale", "0.1"], "--style-scale 0.1: expected a number from 0.25 to 8"),
    (["--size", "8"], "--size 8: expected a number from 16 to 16384"),
    (["--save-every", "0"], "--save-every 0: expected 1 or more"),
    (["--content-weight", "-1"], "--content-weight -1.0: expected a number from 0 to 1e+09"),
    (["--style-weight", "nan"], "--style-weight nan: expected a number from 0 to 1e+09"),
    (["--tv-weight", "inf"], "--tv-weight inf: expected a number from 0 to 1e+09"),
    (
      ["--content-weight", "0", "--style-weight", "0"],
      "--content-weight 0 --style-weight 0: nothing to optimise; raise one of them"
    ),
    (["--learning-rate", "0.1"], "--learning-rate: only --optimizer adam has one"),
    (
      ["--optimizer", "adam", "--learning-rate", "2"],
      "--learning-rate 2.0: expected a number from 1e-06 to 1"
    ),
    (
      ["--painting-weights", "1,2"],
      "--painting-weights 1,2: 2 weights for 1 painting; give one for each"
    ),
    (
      ["--painting-weights", "0"],
      "--painting-weights 0: expected numbers above zero, as in 2,1"
    ),
    (
      ["--painting-weights", "1,"],
      "--painting-weights 1,: expected numbers above zero, as in 2,1"
    ),
    (
      ["--style-taps", "relu1_1,relu9_9"],
      "--style-taps: “relu9_9” is no tap of the loss network; expected relu1_1, relu1_2, relu2_1, "
        + "relu2_2, relu3_1, relu3_2, relu3_3, relu3_4, relu4_1, relu4_2, relu4_3, relu4_4, "
        + "relu5_1, relu5_2, relu5_3, relu5_4"
    ),
    (
      ["--content-taps", "relu4_2:0"],
      "--content-taps relu4_2:0: expected a weight above zero, as in relu4_2:2"
    ),
    (
      ["--style-taps", "relu1_1,relu1_1:2"],
      "--style-taps: relu1_1 is named twice; name each tap once"
    ),
  ])
  func `mistakes in the command line are refused`(_ arguments: [String], _ text: String) throws {
    let whole = arguments[0] == "optimize" ? arguments : optimize + arguments
    let outcome = try program.run(whole)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: \(text)\n"), "\(outcome.errors)")
  }
}
