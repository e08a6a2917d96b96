import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import TestSupport
import Testing

/// `impasto enlarge`, with a small untrained network.
@Suite struct EnlargeTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = Program(folder: folder)
    try folder.makePhoto("photo.png", metadata: TemporaryFolder.metadataOfCamera)
    try folder.makeEnlarger("enlarge.safetensors")
  }

  private let enlarge = ["enlarge", "photo.png", "--model", "enlarge.safetensors"]

  @Test func `a picture has two or four times the photo's size, and its metadata`() throws {
    for (scale, options) in [(4, []), (2, ["--scale", "2"])] {
      let outcome = try program.run(enlarge + options)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      let name = "photo-\(scale)x.png"
      #expect(
        outcome.output.hasPrefix("photo.png → \(name)  \(33 * scale)×\(20 * scale)  "))
      #expect(try folder.size(of: name) == [33 * scale, 20 * scale])
      #expect(try folder.metadata(of: name).exif != nil)
    }
    let stripped = try program.run(enlarge + ["--strip", "-o", "plain.png"])
    #expect(stripped.exitCode == 0)
    #expect(try folder.metadata(of: "plain.png").exif == nil)
  }

  @Test func `the result is told as JSON`() throws {
    let outcome = try program.run(
      enlarge + ["-o", "out.jpg", "--scale", "2", "--fidelity", "0.25", "--json"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let outputs = try #require(try outcome.json()["outputs"] as? [[String: Any]])
    #expect(
      outputs[0].keys.sorted() == [
        "arithmetic", "backend", "compute_seconds", "fidelity", "height", "input", "output",
        "precision", "scale", "total_seconds", "width",
      ])
    #expect(outputs[0]["fidelity"] as? Double == 0.25 && outputs[0]["width"] as? Int == 66)
  }

  @Test(arguments: [(threads: 1, share: 1.0), (1, 1.5), (2, 1.5), (2, 2)])
  func `a photo is enlarged within the memory allowed`(threads: Int, share: Double) throws {
    try EnlargementModel(fidelity: TransformNetwork(architecture: .enlarging, seed: 1))
      .write(to: folder.file("large.safetensors"))
    try folder.makePhoto("large.png", width: 512, height: 512)
    let enlarge = [
      "enlarge", "large.png", "--model", "large.safetensors", "-q", "--threads", "\(threads)",
      "-o", "out.png",
    ]
    let refusal = try program.run(enlarge + ["--memory", "2MB"])
    let minimum = try #require(refusal.errors.firstMatch(of: #/at least (\d+) MB/#)?.1)
    let allowed = Int(share * Double(try #require(Int(minimum)))) + 2
    let bounded = try program.start(enlarge + ["--memory", "\(allowed)MB"]).finishWatched()
    #expect(bounded.outcome.exitCode == 0, "\(bounded.outcome.errors)")
    #expect(bounded.peakBytes <= allowed * 1_000_000)
  }

  @Test func `fidelity, precision and scale give other pictures, threads and memory the same`()
    throws
  {
    try folder.makePhoto("photo.png", width: 90, height: 300)
    func picture(_ options: [String]) throws -> Data {
      let outcome = try program.run(enlarge + ["-o", "out.png"] + options)
      #expect(outcome.exitCode == 0, "\(options): \(outcome.errors)")
      return try Data(contentsOf: folder.url("out.png"))
    }
    let plain = try picture(["--precision", "f32"])
    #expect(try picture(["--precision", "f32", "--threads", "1"]) == plain)
    #expect(try picture(["--precision", "f32", "--fidelity", "1"]) == plain)
    for options in [["--fidelity", "0.5"], ["--fidelity", "0"], ["--scale", "2"]] {
      #expect(try picture(["--precision", "f32"] + options) != plain)
    }
  }

  @Test(arguments: InstructionSet.allCases.filter { $0 <= .largest })
  func `every set of instructions enlarges to nearly the same picture`(
    set: InstructionSet
  ) throws {
    var program = program
    let options = ["--precision", "f32", "-o", "out.png"]
    #expect(try program.run(enlarge + options).exitCode == 0)
    let picture = try Image(contentsOf: folder.file("out.png"))
    program.environment["IMPASTO_ISA"] = set.rawValue
    for threads in ["1", "2"] where Int(threads) ?? 1 <= ThreadBudget.available.count {
      #expect(try program.run(enlarge + options + ["--threads", threads]).exitCode == 0)
      let other = try Image(contentsOf: folder.file("out.png"))
      let differences = zip(picture.pixels, other.pixels).map { abs(Int($0) - Int($1)) }
      #expect(differences.max() ?? 0 <= 1)
    }
  }

  @Test func `a photo of one pixel and one with alpha can be enlarged`() throws {
    try Image(width: 1, height: 1, pixels: [10, 200, 90]).write(to: folder.file("one.png"))
    try Image(
      width: 3, height: 2, pixels: [UInt8](repeating: 90, count: 18),
      opacity: Opacity(width: 3, height: 2, levels: [0, 50, 100, 150, 200, 250])
    ).write(to: folder.file("clear.png"))
    let outcome = try program.run(
      "enlarge", "one.png", "clear.png", "--model", "enlarge.safetensors", "-o", "out/")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try folder.size(of: "out/one-4x.png") == [4, 4])
    let reader = try ImageReader(contentsOf: folder.file("out/clear-4x.png"), keepingAlpha: true)
    #expect(reader.width == 12 && reader.height == 8 && reader.channels == 4)
  }

  @Test func `a folder of photos becomes a folder of pictures`() throws {
    try folder.makePhoto("in/a.png", width: 5, height: 4)
    try folder.makePhoto("in/b.jpg", width: 4, height: 5)
    let run = ["enlarge", "in", "--model", "enlarge.safetensors", "-o", "out"]
    #expect(try program.run(run).exitCode == 0)
    #expect(try folder.size(of: "out/a-4x.png") == [20, 16])
    #expect(try folder.size(of: "out/b-4x.png") == [16, 20])
    let again = try program.run(run + ["--skip-existing"])
    #expect(again.exitCode == 0)
    #expect(again.errors.contains("out/a-4x.png exists already"))
  }

  @Test func `a photo piped in comes out as a PNG`() throws {
    let bytes = try Data(contentsOf: folder.url("photo.png"))
    try Data().write(to: folder.url("printed"))
    let outcome = try program.run(
      ["enlarge", "-", "--model", "enlarge.safetensors", "-o", "-"], input: bytes,
      output: FileHandle(forWritingTo: folder.url("printed")))
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try program.run(enlarge + ["-o", "out.png"]).exitCode == 0)
    let printed = try Image(encoded: Data(contentsOf: folder.url("printed")), name: "printed")
    #expect(try printed.pixels == Image(contentsOf: folder.file("out.png")).pixels)
  }

  @Test(arguments: [
    (["--scale", "3"], "--scale 3: expected 2 or 4"),
    (["--fidelity", "1.5"], "--fidelity 1.5: expected a number from 0 to 1"),
  ])
  func `options out of range are mistakes`(options: [String], message: String) throws {
    let outcome = try program.run(enlarge + options)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func `looks are refused where the checkpoint has none`() throws {
    try folder.makeEnlarger("plain.safetensors", hasLooks: false)
    let plain = ["enlarge", "photo.png", "--model", "plain.safetensors", "-o", "out.png"]
    let outcome = try program.run(plain + ["--fidelity", "0.5"])
    #expect(outcome.exitCode == 1 && !folder.exists("out.png"))
    #expect(
      outcome.errors == """
        error: plain.safetensors: has weights for fidelity alone, and --fidelity 0.5 asks for some for \
        looks; leave the option out, or name a checkpoint that was trained with --looks-steps

        """)
    #expect(try program.run(plain + ["--fidelity", "1"]).exitCode == 0)
  }

  @Test func `results that do not fit are refused before the work`() throws {
    try Image(width: 5000, height: 4500, pixels: [UInt8](repeating: 9, count: 67_500_000))
      .write(to: folder.file("large.png"))
    try folder.makePhoto("long.png", width: 4200, height: 1)
    for (arguments, message) in [
      (
        ["large.png"],
        """
        error: large.png: 20000×18000 pixels, to which it would be enlarged, are more than the \
        \(Image.pixelLimit / 1_000_000) million of a picture that can be read; choose a smaller \
        scale or a smaller picture

        """
      ),
      (
        ["long.png", "-o", "long.webp"],
        """
        error: long.png: 16800×4 pixels, to which it would be enlarged, do not fit into a WebP \
        file, whose sides have 16383 at most; write .png, or choose a smaller scale

        """
      ),
      (
        ["photo.png", "--memory", "1MB"],
        "are allowed; allow more, use a smaller picture or scale it down\n"
      ),
    ] {
      let outcome = try program.run(["enlarge", "--model", "enlarge.safetensors"] + arguments)
      #expect(outcome.exitCode == 1)
      #expect(outcome.errors.hasSuffix(message), "\(outcome.errors)")
    }
    #expect(!folder.exists("large-4x.png") && !folder.exists("long.webp"))
  }

  @Test func `checkpoints that cannot enlarge are refused, and none is asked for`() throws {
    try folder.makeModel("styles.safetensors")
    let other = try program.run("enlarge", "photo.png", "--model", "styles.safetensors")
    #expect(other.exitCode == 1)
    #expect(
      other.errors == """
        error: styles.safetensors: a network that paints styles, where one that enlarges pictures is \
        expected; name a checkpoint that `impasto train-enlarge` made

        """)
    let painting = try program.run(
      "stylize", "photo.png", "--style", "a", "--model", "enlarge.safetensors")
    #expect(painting.exitCode == 1)
    #expect(
      painting.errors == """
        error: enlarge.safetensors: a network that enlarges pictures, where one that paints styles is \
        expected; use it with `impasto enlarge --model enlarge.safetensors`

        """)
  }

  @Test func `Ctrl-C leaves nothing behind`() throws {
    try folder.makePhoto("photo.png", width: 1500, height: 1500)
    let running = try program.start(enlarge + ["-o", "out.png", "--threads", "1"])
    while running.process.isRunning, !running.hasDraft(in: folder.url("")) { usleep(1_000) }
    running.send(SIGINT)
    let outcome = try running.finish()
    #expect(outcome.exitCode == 130)
    #expect(outcome.errors == "error: out.png: interrupted; nothing was written\n")
    #expect(!folder.exists("out.png"))
  }
}

extension TemporaryFolder {
  /// Writes a small untrained checkpoint of a network that enlarges.
  func makeEnlarger(_ name: String, hasLooks: Bool = true) throws {
    func layer(
      _ name: String, _ inputs: Int, _ outputs: Int,
      scaling: TransformArchitecture.Layer.Scaling = .kept
    ) -> TransformArchitecture.Layer {
      TransformArchitecture.Layer(
        name: name, kernel: 3, inputs: inputs, outputs: outputs, scaling: scaling,
        padding: Frame(padding: 1, border: .repeated), normalization: .none(hasBias: true),
        activation: .linear)
    }
    let architecture = try TransformArchitecture(
      layers: [layer("first", 3, 4), layer("last", 4, 3, scaling: .rearranged(by: 4))],
      magnification: 4)
    try EnlargementModel(
      fidelity: TransformNetwork(architecture: architecture, seed: 1),
      looks: hasLooks ? TransformNetwork(architecture: architecture, seed: 2) : nil
    ).write(to: file(name))
  }
}
