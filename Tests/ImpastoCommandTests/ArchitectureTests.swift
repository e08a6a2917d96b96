import Foundation
import ImpastoNetworks
import TestSupport
import Testing

/// `--architecture` of `train`: networks of other layers, and what is none.
@Suite(.serialized)
struct ArchitectureOptionTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareTraining()
  }

  /// A network with layers that the published one has not, and parameters of its own.
  private static let description = """
    {"format": "impasto-architecture", "version": 1, "layers": [
      {"name": "in", "kernel": 5, "inputs": 3, "outputs": 6, "stride": 2, "blur": true},
      {"name": "own", "kernel": 3, "inputs": 6, "outputs": 8, "stride": 2, "normalization": "fixed",
       "activation": "leaky", "slope": 0.2},
      {"name": "one", "kernel": 3, "inputs": 8, "outputs": 8},
      {"name": "two", "kernel": 3, "inputs": 8, "outputs": 8, "activation": "linear", "adds": "own"},
      {"name": "up", "kernel": 3, "inputs": 8, "outputs": 4, "doubling": "bilinear",
       "padding": "replicate"},
      {"name": "out", "kernel": 3, "inputs": 4, "outputs": 3, "pixel_shuffle": 2,
       "normalization": "none", "bias": true, "activation": "sigmoid"}]}
    """

  private func train(_ options: [String]) throws -> Program.Outcome {
    try program.run(
      Training.sources + Training.small + ["-o", "m.safetensors", "--quiet"] + options)
  }

  @Test func `a network of a description trains, goes on and paints`()
    throws
  {
    try folder.installLossNetwork()
    try Data(Self.description.utf8).write(to: folder.url("own.json"))
    let begun = try train(["--architecture", "own.json", "--steps", "2"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let resumed = try program.run(
      Training.sources + ["-o", "m.safetensors", "--resume", "--steps", "4", "--quiet"])
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    let model = try StyleModel(contentsOf: folder.file("m.safetensors"))
    #expect(
      model.network.architecture
        == (try TransformArchitecture(json: Data(Self.description.utf8))))

    let painted = try program.run(
      "stylize", "photos/0.png", "--model", "m.safetensors", "--style", "poppies", "-o", "p.png")
    #expect(painted.exitCode == 0, "\(painted.errors)")
    #expect(try folder.size(of: "p.png") == [60, 66])
  }

  @Test func `what names or describes no network is refused, and nothing is written`() throws {
    try Data("{".utf8).write(to: folder.url("broken.json"))
    let newer = #"{"format": "impasto-architecture", "version": 2}"#
    try Data(newer.utf8).write(to: folder.url("newer.json"))
    let misspelled = Self.description.replacing("\"adds\"", with: "\"add\"")
    try Data(misspelled.utf8).write(to: folder.url("misspelled.json"))
    for (name, message) in [
      (
        "huge",
        "--architecture huge: no network has this name; expected published, published-steady, "
          + "live, or a file ending in .json"
      ),
      ("broken.json", "broken.json: describes no network (it is not JSON); "),
      (
        "newer.json",
        "newer.json: describes no network (a description of version 2, and this program reads version 1; "
      ),
      (
        "misspelled.json",
        "misspelled.json: describes no network (layer “two”: “add” is not known; "
      ),
      ("missing.json", "missing.json: "),
    ] {
      let outcome = try train(["--architecture", name])
      #expect(outcome.exitCode == 1)
      #expect(outcome.errors.hasPrefix("error: \(message)"), "\(outcome.errors)")
      #expect(!folder.exists("m.safetensors") && !folder.exists("m.training"))
    }
  }

  @Test func `layers are given once, and fit the squares that are cut out`() throws {
    try folder.makeModel("old.safetensors", styles: ["poppies"])
    let both = try train(["--from", "old.safetensors", "--architecture", "live"])
    #expect(both.exitCode == 64)
    #expect(
      both.errors.hasPrefix(
        "error: --architecture: the checkpoint of --from has its layers already; leave one of the two "
          + "out\n"))
    let deep = (1...4).map {
      """
      {"name": "d\($0)", "kernel": 1, "inputs": \($0 == 1 ? 3 : 4), "outputs": 4, "stride": 2}
      """
    }
    let up = (1...4).map {
      """
      {"name": "u\($0)", "kernel": 3, "inputs": 4, "outputs": \($0 == 4 ? 3 : 4), "doubling": "nearest"}
      """
    }
    let text = #"{"format": "impasto-architecture", "version": 1, "layers": ["#
    try Data((text + (deep + up).joined(separator: ",") + "]}").utf8).write(
      to: folder.url("deep.json"))
    let uneven = try train(["--architecture", "deep.json", "--image-size", "40"])
    #expect(uneven.exitCode == 64)
    #expect(
      uneven.errors.hasPrefix(
        "error: --image-size 40: the network's layers take multiples of 16 from 16 on\n"),
      "\(uneven.errors)")
  }
}
