import Foundation
import ImpastoCompute
package import ImpastoModelFiles
import ImpastoTensors

/// Reads what ``exportONNX(to:painting:)`` wrote.
extension StyleModel {
  /// Returns whether a model says that it was exported by this program.
  package static func isExported(_ file: ONNXFile.Model) -> Bool {
    file.metadata["format"] == exportFormat
  }

  /// Reads an export with all its rows.
  ///
  /// What is read is exported again: a graph that differs from the file's was changed since, or
  /// written by another version, and is refused.
  ///
  /// - Parameter path: The file's name in errors.
  /// - Throws: ``StyleModelError/changedExport(_:reason:)``.
  package init(exported file: ONNXFile.Model, path: String) throws(StyleModelError) {
    let constants = Dictionary(
      file.graph.constants.map { ($0.value.name, $0.numbers) },
      uniquingKeysWith: { first, _ in first })
    func part<Value: Decodable>(_ key: String, _: Value.Type) throws(StyleModelError) -> Value {
      guard let text = file.metadata[key],
        let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
      else { throw .changedExport(path, reason: "its metadata lacks a readable “\(key)”") }
      return value
    }
    func numbers(_ name: String, _ shape: Shape) throws(StyleModelError) -> Tensor {
      guard case .floats(let tensor) = constants[name], tensor.shape == shape else {
        throw .changedExport(path, reason: "it lacks “\(name)” of shape \(shape)")
      }
      return tensor
    }

    guard file.metadata["format_version"] == Self.exportVersion else {
      throw .changedExport(path, reason: "it was exported by another version of impasto")
    }
    guard file.metadata["mixture"] == nil else {
      throw .changedExport(path, reason: "it paints one mixture, of whose rows it has only the sum")
    }
    let architecture = try part("architecture", TransformArchitecture.self)
    let (names, styles) = (
      try part("rows", [String].self), try part("styles", [StyleDescription].self)
    )
    guard names.filter({ $0 != StyleBank.photoName }) == styles.map(\.name), !styles.isEmpty,
      Set(names).count == names.count, styles.map(\.name).allSatisfy(StyleDescription.isValidName)
    else { throw .changedExport(path, reason: "its rows do not match its styles") }

    let training =
      file.metadata["training"] == nil ? [:] : try part("training", [String: String].self)

    var parameters: [LayerParameters] = []
    for layer in architecture.layers {
      let shape = layer.filterShape
      let weights = try numbers(layer.filterName, [shape[0], shape[3], shape[1], shape[2]])
      func vector(_ name: String?, _ shape: Shape?) throws(StyleModelError) -> Tensor? {
        guard let name, let shape else { return nil }
        // What is added to an image lies along its channels.
        guard case .none = layer.normalization else { return try numbers(name, shape) }
        return try numbers(name, [1, shape.count, 1, 1]).reshaped(to: shape)
      }
      parameters.append(
        LayerParameters(
          filter: ConvolutionFilter(weightsOfConvolution: weights),
          scale: try vector(layer.scaleName, layer.scaleShape),
          shift: try vector(layer.shiftName, layer.shiftShape)))
    }

    let length = architecture.styleLength
    let early = architecture.encoderLength
    func rows(_ letter: String) throws(StyleModelError) -> [Float] {
      var parts: [(columns: Int, scalars: [Float])] = []
      for (place, columns) in [("early", early), ("late", length - early)] where columns > 0 {
        parts.append((columns, try numbers("\(place).\(letter)", [names.count, columns]).scalars))
      }
      return names.indices.flatMap { row in
        parts.flatMap { $0.scalars[row * $0.columns..<(row + 1) * $0.columns] }
      }
    }
    var scale = try rows("gamma")
    if architecture.givesLogits, let photo = names.firstIndex(of: StyleBank.photoName) {
      let gain = try numbers("photo.gamma", [1, 3, 1, 1]).scalars
      scale.replaceSubrange((photo + 1) * length - 3..<(photo + 1) * length, with: gain)
    }
    let shape: Shape = [names.count, length]
    self.init(
      network: TransformNetwork(architecture: architecture, parameters: parameters),
      bank: StyleBank(
        names: names, scale: Tensor(scale, shape: shape),
        shift: Tensor(try rows("beta"), shape: shape)),
      styles: styles, trainingSettings: training)
    guard try graph(painting: nil).isSame(as: file.graph) else {
      throw .changedExport(path, reason: "its graph is not the one that impasto writes")
    }
  }
}
