import Foundation
import Impasto
import TestSupport
import Testing

/// A folder with the files that the documents name.
final class WorkingFolder {
  let path = NSTemporaryDirectory() + "impasto-snippets-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(
      atPath: path + "/Checkpoints", withIntermediateDirectories: true)
    let names = ["great-wave", "hokusai-poppies"]
    let architecture = TransformArchitecture(widths: [4, 6, 8], residualBlocks: 1)
    let model = StyleModel(
      network: TransformNetwork(architecture: architecture, seed: 1),
      bank: StyleBank(names: names + [StyleBank.photoName], architecture: architecture),
      styles: names.map { StyleDescription(name: $0) })
    try model.write(to: path + "/Checkpoints/impasto.safetensors")
    try model.write(to: path + "/mine.safetensors")
    let pixels = (0..<40 * 36 * 3).map { UInt8($0 % 251) }
    let photo = Image(width: 40, height: 36, pixels: pixels)
    try photo.write(to: path + "/photo.jpg")
    try Image(width: 1, height: 2, pixels: [255, 255, 255, 0, 0, 0]).write(to: path + "/sky.png")
    try FileManager.default.createDirectory(
      atPath: path + "/Styles", withIntermediateDirectories: true)
    try photo.flippedHorizontally().write(to: path + "/Styles/great-wave.jpg")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Adds a painting, a photo in a folder, and a loss network that a formula makes.
  func prepareTraining() throws {
    try FileManager.default.createDirectory(
      atPath: path + "/photos", withIntermediateDirectories: true)
    let pixels = (0..<64 * 64 * 3).map { UInt8($0 * 7 % 253) }
    let picture = Image(width: 64, height: 64, pixels: pixels)
    for name in ["starry-night.jpg", "photos/one.png"] {
      try picture.write(to: path + "/" + name)
    }
    try FormulaLossNetwork.write(to: path + "/vgg19.safetensors")
  }

  /// Expects a picture of the photo's size.
  func expectPicture(_ name: String) throws {
    let picture = try Image(contentsOf: path + "/" + name)
    #expect(picture.width == 40 && picture.height == 36)
  }
}
