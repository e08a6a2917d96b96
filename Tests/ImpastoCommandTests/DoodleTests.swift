import Foundation
import ImpastoImaging
import TestSupport
import Testing

/// Short paintings by maps, with a loss network that a formula makes.
@Suite struct DoodleTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder, environment: ["IMPASTO_CACHE": folder.file("cache")])
    try folder.makePhoto("painting.png", width: 72, height: 48)
    try folder.makePhoto("other.png", width: 48, height: 64)
    try folder.makePhoto("photo.png", width: 96, height: 64)
    try makeMap("painting-map.png", ["#d02020", "#20d020", "#000000"], width: 72, height: 48)
    try makeMap("other-map.png", ["#2020d0"], width: 48, height: 64)
    try makeMap("doodle.png", ["#20d020", "#000000", "#d02020"], width: 96, height: 64)
    try folder.installLossNetwork()
  }

  /// Writes columns of colours.
  private func makeMap(_ name: String, _ colors: [String], width: Int, height: Int) throws {
    let levels = colors.map { color in
      [1, 3, 5].map { place in
        let start = color.index(color.startIndex, offsetBy: place)
        return UInt8(color[start...].prefix(2), radix: 16) ?? 0
      }
    }
    let row = (0..<width).flatMap { levels[$0 * colors.count / width] }
    try Image(width: width, height: height, pixels: (0..<height).flatMap { _ in row })
      .write(to: folder.file(name))
  }

  private let doodle = [
    "doodle", "--map", "doodle.png", "--style", "painting.png", "--style-map", "painting-map.png",
    "-o", "out.png", "--precision", "f32", "--iterations", "2",
  ]

  @Test func `a picture of the map's size is written, with its losses`() throws {
    let outcome = try program.run(doodle + ["--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.hasPrefix(
        "3 regions (#d02020, #20d020, #000000), 2 iterations at 96×64\n"), "\(outcome.errors)")
    let result = try outcome.json()
    #expect(
      result.keys.sorted() == [
        "arithmetic", "backend", "compute_seconds", "evaluations", "finished", "height",
        "iterations", "losses", "map", "output", "precision", "scales", "width",
      ])
    let losses = try #require(result["losses"] as? [String: Any])
    #expect(losses.keys.sorted() == ["content", "regions", "style", "total"])
    let regions = try #require(losses["regions"] as? [String: Any])
    #expect(regions.keys.sorted() == ["#000000", "#20d020", "#d02020"])
    let scale = try #require((result["scales"] as? [[String: Any]])?.first)
    let start = try #require((scale["start"] as? [String: Any])?["total"] as? Double)
    #expect(try #require(losses["total"] as? Double) < start)
    #expect(try folder.size(of: "out.png") == [96, 64])
  }

  @Test func `equal seeds give equal bytes, and options give other pictures`() throws {
    var pictures: [[String]: Data] = [:]
    for options in [
      [], ["--seed", "2"], ["--iterations", "3"], ["--scales", "2"], ["--style-scale", "1.5"],
      ["--size", "80"], ["--photo", "photo.png"],
      ["--photo", "photo.png", "--content-weight", "5"],
    ] {
      for _ in 0..<2 {
        let outcome = try program.run(doodle + options)
        #expect(outcome.exitCode == 0, "\(options): \(outcome.errors)")
        let picture = try Data(contentsOf: folder.url("out.png"))
        #expect(pictures[options] == nil || pictures[options] == picture, "\(options)")
        pictures[options] = picture
      }
    }
    #expect(Set(pictures.values).count == pictures.count)
  }

  @Test func `regions come from several paintings, and unused colours are told`() throws {
    try makeMap("doodle.png", ["#2020d0", "#20d020"], width: 96, height: 64)
    let outcome = try program.run(
      doodle + ["--style", "other.png", "--style-map", "other-map.png"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.hasPrefix(
        """
        painting-map.png: 1012 pixels are #d02020, which doodle.png does not use
        painting-map.png: 1012 pixels are #000000, which doodle.png does not use
        2 regions (#20d020, #2020d0), 2 iterations at 96×64

        """), "\(outcome.errors)")
  }

  @Test func `a preview paints each part in the style of its painting's name`() throws {
    try folder.makeModel()
    for (name, copy) in [("painting", "great-wave"), ("other", "hokusai-poppies")] {
      try FileManager.default.copyItem(
        at: folder.url("\(name).png"), to: folder.url("\(copy).png"))
    }
    try makeMap("doodle.png", ["#2020d0", "#20d020", "#000000"], width: 96, height: 64)
    let run = [
      "doodle", "--map", "doodle.png", "--style", "great-wave.png", "--style-map",
      "painting-map.png", "--style", "hokusai-poppies.png", "--style-map", "other-map.png", "-o",
      "out.png", "--model", "model.safetensors", "--preview",
    ]
    let outcome = try program.run(run)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains(#/^doodle\.png → out\.png  96×64  preview  \d+\.\d\d s\n$/#),
      "\(outcome.output)")
    #expect(try folder.size(of: "out.png") == [96, 64])
    let regions = try Data(contentsOf: folder.url("out.png"))
    #expect(try program.run(run + ["--photo", "photo.png"]).exitCode == 0)
    #expect(try Data(contentsOf: folder.url("out.png")) != regions)

    try makeMap("doodle.png", ["#20d020"], width: 96, height: 64)
    let unknown = try program.run(
      doodle + ["--model", "model.safetensors", "--preview"])
    #expect(unknown.exitCode == 1)
    #expect(
      unknown.errors == """
        error: painting.png: the checkpoint has no style “painting”, which a preview would paint \
        with; learn the painting first, or leave --preview out

        """)
  }

  @Test func `Ctrl-C leaves the best picture so far and says how far it came`() throws {
    let running = try program.start(Array(doodle.dropLast()) + ["1000", "--save-every", "1"])
    while running.process.isRunning, !folder.exists("out-progress/frame-0003.png") {
      usleep(10_000)
    }
    #expect(!folder.exists("out.png"))
    running.process.interrupt()
    let outcome = try running.finish()
    #expect(outcome.exitCode == 128 + SIGINT)
    let pattern =
      #/doodle\.png → out\.png  96×64  stopped after (\d+) of 1000 iterations, at 96×64  /#
    let match = try #require(try pattern.firstMatch(in: outcome.output), "\(outcome.output)")
    let done = try #require(Int(match.1))
    let last = String(format: "out-progress/frame-%04d.png", done + 1)
    #expect(
      try Image(contentsOf: folder.file(last)) == Image(contentsOf: folder.file("out.png")))
  }

  @Test(arguments: [
    (
      ["--map", "other-map.png"],
      "other-map.png: 2852 pixels are #2020d0, and no map of a painting has this colour; take one "
        + "of #d02020, #20d020, #000000, or give a part of a painting this one"
    ),
    (
      ["--style-map", "other-map.png"],
      "other-map.png: has 48×64 pixels, and painting.png 72×48, which is another shape; make a "
        + "picture of the same one"
    ),
    (
      ["--photo", "painting.png", "--map", "other-map.png"],
      "other-map.png: has 48×64 pixels, and painting.png 72×48, which is another shape; make a "
        + "picture of the same one"
    ),
    (["--map", "dot.png"], "dot.png has 1×1 pixels, and 32×32 is the least; use a larger one"),
    (["--style", "dot.png"], "dot.png has 1×1 pixels, and 32×32 is the least; use a larger one"),
    (["--map", "nowhere.png"], "nowhere.png: no such file; check the name and the folder"),
    (
      ["--scales", "3"],
      "scales 3: 1 to 2, so that the first has 32×32 pixels or more, is expected"
    ),
  ])
  func `what cannot be painted is named before anything is written`(
    _ changes: [String], _ text: String
  ) throws {
    try folder.makePhoto("dot.png", width: 1, height: 1)
    var arguments = doodle
    for index in stride(from: 0, to: changes.count, by: 2) {
      if let place = arguments.firstIndex(of: changes[index]) {
        arguments[place + 1] = changes[index + 1]
      } else {
        arguments += changes[index..<index + 2]
      }
    }
    let outcome = try program.run(arguments)
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors == "error: \(text)\n")
    #expect(!folder.exists("out.png"))
  }

  @Test(arguments: [
    (["--style", "other.png"], "1 --style-map for 2 --styles; give each painting its map"),
    (["--content-weight", "2"], "--content-weight: only a --photo has content; name one"),
    (["--preview", "--save-every", "1"], "--preview and --save-every exclude each other"),
    (["--iterations", "0"], "--iterations 0: expected a number from 1 to 100000"),
    (["--scales", "9"], "--scales 9: expected a number from 1 to 8"),
    (["--style-scale", "9"], "--style-scale 9.0: expected a number from 0.25 to 8"),
    (["--save-every", "0"], "--save-every 0: expected 1 or more"),
    (
      ["-o", "doodle.png"],
      "doodle.png would be written over doodle.png, which is read; name another --output"
    ),
    (
      ["-o", "out.tif"],
      "--output out.tif: the extension does not name a format to write; end the name in .png, "
        + ".jpg, .jpeg or .webp"
    ),
  ])
  func `mistakes in the command line are refused`(_ arguments: [String], _ text: String) throws {
    var whole = doodle
    if arguments[0] == "-o", let place = whole.firstIndex(of: "-o") {
      whole[place + 1] = arguments[1]
    } else {
      whole += arguments
    }
    let outcome = try program.run(whole)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: \(text)\n"), "\(outcome.errors)")
  }
}
