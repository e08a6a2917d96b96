import Foundation
import ImpastoModelFiles
package import ImpastoNetworks
import ImpastoTensors

/// VGG-19 with weights that a formula makes, for tests that must not depend on a download.
///
/// `formula_weights` of `Tests/Fixtures/generate.py` makes the same.
package enum FormulaLossNetwork {
  /// The network, made once.
  package static let shared = Result { try make() }

  /// The network with a bias in its first layer from which no loss is finite.
  package static func overflowing() throws -> VGG19 { try make(firstBias: 1e30) }

  private static func make(firstBias: Float? = nil) throws -> VGG19 {
    let path = NSTemporaryDirectory() + "impasto-vgg19-" + UUID().uuidString + ".safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try write(to: path, firstBias: firstBias)
    return try VGG19(contentsOf: path)
  }

  /// Writes the network as the program keeps it when it is installed.
  ///
  /// - Parameter firstBias: The first bias of the first layer; nil for that of the formula.
  package static func write(to path: String, firstBias: Float? = nil) throws {
    var file = NamedTensors(metadata: ["normalization": "caffe"])
    var (inputs, seed) = (3, UInt32(0))
    for (block, convolutions, outputs) in [
      (1, 2, 64), (2, 2, 128), (3, 4, 256), (4, 4, 512), (5, 4, 512),
    ] {
      for convolution in 1...convolutions {
        let deviation = (24 / Double(9 * inputs)).squareRoot()
        file.tensors["conv\(block)_\(convolution).weight"] = Tensor(
          hashed(outputs * 9 * inputs, seed: 2 * seed).map { Float($0 * deviation) },
          shape: [outputs, 3, 3, inputs])
        file.tensors["conv\(block)_\(convolution).bias"] = Tensor(
          hashed(outputs, seed: 2 * seed + 1).map { Float(8 * $0) }, shape: [outputs])
        (inputs, seed) = (outputs, seed + 1)
      }
    }
    if let firstBias, let biases = file.tensors["conv1_1.bias"] {
      file.tensors["conv1_1.bias"] = Tensor(
        [firstBias] + biases.scalars.dropFirst(), shape: biases.shape)
    }
    try Safetensors.write(file, to: path)
  }

  /// Uniform numbers in −½…½, exact in f32: the counter's bits, scrambled.
  private static func hashed(_ count: Int, seed: UInt32) -> [Double] {
    (0..<UInt32(count)).map { index in
      var h = index ^ (seed &* 0x9E37_79B9)
      h = (h ^ (h >> 16)) &* 0x7FEB_352D
      h = (h ^ (h >> 15)) &* 0x846C_A68B
      h ^= h >> 16
      return Double(h >> 8) * 0x1p-24 - 0.5
    }
  }
}
