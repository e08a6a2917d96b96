import Foundation
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import TestSupport

extension TemporaryFolder {
  /// Writes a small untrained checkpoint that knows the styles called `names`, which differ.
  func makeModel(
    _ name: String = "model.safetensors", styles names: [String] = TemporaryFolder.styleNames,
    seed: UInt64 = 1, hasPhoto: Bool = true, widths: [Int] = [4, 4, 4]
  ) throws {
    let architecture = TransformArchitecture(widths: widths, residualBlocks: 1)
    var model = StyleModel(
      network: TransformNetwork(architecture: architecture, seed: seed),
      bank: StyleBank(
        names: ["plain"] + (hasPhoto ? [StyleBank.photoName] : []), architecture: architecture),
      styles: [StyleDescription(name: "plain")])
    for (number, name) in names.enumerated() {
      let row = (0..<architecture.styleLength).map { sin(Float((number + 1) * $0)) }
      let description = StyleDescription(
        name: name, title: "A Title", artist: "An Artist", year: "c. 1831",
        licence: "Public domain", source: "A Museum")
      model = try model.adding(
        Style(
          description: description, scale: row.map { 1 + $0 / 2 }, shift: row.map { $0 / 3 },
          thumbnail: Data([0xFF, 0xD8, 0xFF]), trainingSettings: ["steps": "\(number + 100)"]))
    }
    try model.removing("plain").write(to: file(name))
  }

  /// Writes a small checkpoint with the styles `dots` and `waves`, whose rows differ from each other.
  func makeModelOfTwo(_ name: String) throws {
    let architecture = TransformArchitecture(widths: [4, 6, 8], residualBlocks: 1)
    let (names, length) = (["dots", "waves"], architecture.styleLength)
    func rows(_ factor: Float, from first: Float) -> Tensor {
      let scalars = (0..<3 * length).map { first + factor * Float($0 * 7 % 31 - 15) / 31 }
      return Tensor(scalars, shape: [3, length])
    }
    let model = StyleModel(
      network: TransformNetwork(architecture: architecture, seed: 3),
      bank: StyleBank(
        names: names + [StyleBank.photoName], scale: rows(0.8, from: 1), shift: rows(0.6, from: 0)),
      styles: names.map { StyleDescription(name: $0) }, trainingSettings: ["steps": "77"])
    try model.write(to: file(name))
  }

  static let styleNames = ["great-wave", "hokusai-poppies", "van-gogh-auvers"]

  /// Writes a photo in which no two pixels of a row are alike.
  func makePhoto(
    _ name: String, width: Int = 33, height: Int = 20, metadata: ImageMetadata = .none
  ) throws {
    let url = url(name).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels += [UInt8(x * 7 & 255), UInt8(y * 11 & 255), UInt8((x ^ y) & 255)]
      }
    }
    try Image(width: width, height: height, pixels: pixels)
      .write(to: file(name), metadata: metadata)
  }

  /// The metadata of a photo's file.
  func metadata(of name: String) throws -> ImageMetadata {
    try ImageReader(contentsOf: file(name)).metadata
  }

  /// Metadata of a photo by the camera “Kamera”, of 300 pixels an inch.
  static let metadataOfCamera = ImageMetadata(
    exif: Data("MM\0*".utf8) + Data([0, 0, 0, 8, 0, 2]) + Data([1, 0x0F, 0, 2, 0, 0, 0, 7])
      + Data([0, 0, 0, 38]) + Data([1, 0x12, 0, 3, 0, 0, 0, 1, 0, 1, 0, 0])
      + Data([0, 0, 0, 0]) + Data("Kamera\0".utf8),
    density: .init(x: 11811, y: 11811))

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  func size(of name: String) throws -> [Int] {
    let image = try Image(contentsOf: file(name))
    return [image.width, image.height]
  }
}

extension Program {
  /// The program in a folder of its own, with `m.safetensors` there as the model that it finds.
  static func withModel() throws -> Program {
    let folder = try TemporaryFolder()
    try folder.makeModel("m.safetensors")
    return Program(folder: folder, environment: ["IMPASTO_MODEL": folder.file("m.safetensors")])
  }
}
