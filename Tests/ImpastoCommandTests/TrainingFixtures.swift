import Foundation
import TestSupport

/// Arguments for a small run on what ``TemporaryFolder/prepareTraining()`` makes.
enum Training {
  static let sources = ["train", "--styles", "styles", "--content", "photos"]
  static let small = [
    "--batch-size", "2", "--image-size", "32", "--style-size", "32", "--precision", "f32",
  ]
}

extension TemporaryFolder {
  /// Makes two paintings and nine photos, and the program that finds its loss network here.
  func prepareTraining() throws -> Program {
    for name in ["styles/Great Wave.png", "styles/poppies.jpg"] {
      try makePhoto(name, width: 70, height: 64)
    }
    for index in 0..<9 {
      try makePhoto("photos/\(index).png", width: 60 + index, height: 66)
    }
    return Program(folder: self, environment: ["IMPASTO_CACHE": file("cache")])
  }

  /// The same, with a loss network that a formula makes and the network of two styles to add to.
  func prepareAdding() throws -> Program {
    let program = try prepareTraining()
    try installLossNetwork()
    try makeModelOfTwo("model.safetensors")
    return program
  }

  /// Installs a loss network that a formula makes.
  func installLossNetwork() throws {
    try makeFolder("cache")
    try FormulaLossNetwork.write(to: file("cache/vgg19.safetensors"))
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(at: url(name), withIntermediateDirectories: true)
  }

  /// The number of steps that the run called `name` has logged.
  func stepsDone(_ name: String) throws -> Int {
    let lines = try? String(contentsOf: url("\(name).training/losses.jsonl"), encoding: .utf8)
    return lines?.split(separator: "\n").count ?? 0
  }
}
