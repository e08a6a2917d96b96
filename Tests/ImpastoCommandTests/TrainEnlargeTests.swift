import Foundation
import ImpastoImaging
import ImpastoNetworks
import TestSupport
import Testing

/// `impasto train-enlarge`, on small squares of small photos.
@Suite struct TrainEnlargeTests {
  let folder: TemporaryFolder
  let program: Program

  init() throws {
    folder = try TemporaryFolder()
    program = try folder.prepareTraining()
  }

  private let train = ["train-enlarge", "--content", "photos", "-o", "m.safetensors"]
  private let small = ["--batch-size", "2", "--image-size", "32", "--precision", "f32"]

  @Test func `a run gives a checkpoint that enlarges, and goes on for looks`() throws {
    let first = try program.run(train + small + ["--steps", "3", "--json"])
    #expect(first.exitCode == 0, "\(first.errors)")
    let result = try first.json()
    #expect(result["finished"] as? Bool == true && result["steps"] as? Int == 3)
    #expect(try folder.stepsDone("m") == 3)
    #expect(try EnlargementModel(contentsOf: folder.file("m.safetensors")).looks == nil)

    let enlarge = ["enlarge", "photos/0.png", "--model", "m.safetensors", "-o", "out.png"]
    #expect(try program.run(enlarge).exitCode == 0)
    #expect(try folder.size(of: "out.png") == [240, 264])

    try folder.installLossNetwork()
    let second = try program.run(train + ["--resume", "--looks-steps", "2"])
    #expect(second.exitCode == 0, "\(second.errors)")
    #expect(second.output == "m.safetensors  5 steps\n")
    #expect(try folder.stepsDone("m") == 5)
    #expect(try program.run(enlarge + ["--fidelity", "0"]).exitCode == 0)
  }

  @Test func `a run goes on only as it began`() throws {
    let begun = try program.run(train + small + ["--steps", "1"])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    for (options, exitCode, message) in [
      (
        ["--resume", "--seed", "9"], 64,
        """
        error: --seed 9: this run began with 1, which --resume keeps; leave --seed out, or begin a \
        new run under another --output
        """
      ),
      (
        [], 1,
        """
        error: m.training: holds an earlier run; go on with it by --resume, remove it, or name \
        another --output
        """
      ),
    ] as [([String], Int32, String)] {
      let outcome = try program.run(train + options)
      #expect(outcome.exitCode == exitCode)
      #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
    }
  }

  @Test(arguments: [
    (["--steps", "0"], "--steps 0: expected a number from 1 to 10000000"),
    (["--looks-steps", "-1"], "--looks-steps -1: expected a number from 0 to 10000000"),
    (["--image-size", "34"], "--image-size 34: expected a multiple of 4"),
    (["--learning-rate", "nan"], "--learning-rate nan: expected a number from 1e-08 to 1"),
  ])
  func `options out of range are mistakes`(options: [String], message: String) throws {
    let outcome = try program.run(train + options)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("error: \(message)"), "\(outcome.errors)")
  }

  @Test func `looks need the loss network, before anything is written`() throws {
    let outcome = try program.run(train + small + ["--looks-steps", "1"])
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == """
        error: \(folder.file("cache"))/vgg19.safetensors: the loss network is not installed; run \
        `impasto weights install`

        """)
    #expect(!folder.exists("m.training") && !folder.exists("m.safetensors"))
  }
}
