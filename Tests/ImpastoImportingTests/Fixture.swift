import Foundation
import ImpastoImaging
import ImpastoModelFiles
import ImpastoTensors
import Testing

/// The files of `Fixtures`, which `Fixtures/generate.py` makes.
enum Fixture {
  static func path(_ name: String) throws -> String {
    let url = Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil)
    return try #require(url, "no fixture \(name); run Fixtures/generate.py").path
  }

  /// What PyTorch made of the photo: levels, `[height, width, 3]`, not rounded.
  static func picture(_ name: String) throws -> Tensor {
    try #require(try Safetensors.read(path("references.safetensors")).tensors[name])
  }

  /// A photo that PyTorch was given.
  static func photo(_ name: String = "photo") throws -> Image {
    let levels = try picture(name)
    return Image(
      width: levels.shape[1], height: levels.shape[0], pixels: levels.scalars.map { UInt8($0) })
  }
}
