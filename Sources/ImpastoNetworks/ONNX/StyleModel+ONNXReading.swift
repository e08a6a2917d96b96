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
    let export = ExportedModel(file, path: path)
    let architecture = try export.part("architecture", TransformArchitecture.self)
    let (names, styles) = try export.rowNames()
    let training =
      file.metadata["training"] == nil ? [:] : try export.part("training", [String: String].self)
    var parameters: [LayerParameters] = []
    for layer in architecture.layers { parameters.append(try export.parameters(of: layer)) }
    self.init(
      network: TransformNetwork(architecture: architecture, parameters: parameters),
      bank: try export.bank(of: names, architecture), styles: styles, trainingSettings: training)
    guard try graph(painting: nil).isSame(as: file.graph) else {
      throw export.changed("its graph is not the one that impasto writes")
    }
  }
}

/// The parts of an exported model.
private struct ExportedModel {
  private let file: ONNXFile.Model
  private let path: String
  private let constants: [String: ONNXGraph.Constant]

  init(_ file: ONNXFile.Model, path: String) {
    (self.file, self.path) = (file, path)
    constants = Dictionary(
      file.graph.constants.map { ($0.value.name, $0.numbers) },
      uniquingKeysWith: { first, _ in first })
  }

  func changed(_ reason: String) -> StyleModelError { .changedExport(path, reason: reason) }

  /// A part of the metadata.
  func part<Value: Decodable>(_ key: String, _: Value.Type) throws(StyleModelError) -> Value {
    guard let text = file.metadata[key],
      let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
    else { throw changed("its metadata lacks a readable “\(key)”") }
    return value
  }

  /// The names of the rows, and the styles among them, of an export of this version that has all.
  func rowNames() throws(StyleModelError) -> (names: [String], styles: [StyleDescription]) {
    guard file.metadata["format_version"] == StyleModel.exportVersion else {
      throw changed("it was exported by another version of impasto")
    }
    guard file.metadata["mixture"] == nil else {
      throw changed("it paints one mixture, of whose rows it has only the sum")
    }
    let (names, styles) = (
      try part("rows", [String].self), try part("styles", [StyleDescription].self)
    )
    guard names.filter({ $0 != StyleBank.photoName }) == styles.map(\.name), !styles.isEmpty,
      Set(names).count == names.count, styles.map(\.name).allSatisfy(StyleDescription.isValidName)
    else { throw changed("its rows do not match its styles") }
    return (names, styles)
  }

  /// A constant of the graph.
  private func numbers(_ name: String, _ shape: Shape) throws(StyleModelError) -> Tensor {
    guard case .floats(let tensor) = constants[name], tensor.shape == shape else {
      throw changed("it lacks “\(name)” of shape \(shape)")
    }
    return tensor
  }

  /// A layer's own parameters.
  func parameters(
    of layer: TransformArchitecture.Layer
  ) throws(StyleModelError) -> LayerParameters {
    let shape = layer.filterShape
    let weights = try numbers(layer.filterName, [shape[0], shape[3], shape[1], shape[2]])
    func vector(_ name: String?, _ shape: Shape?) throws(StyleModelError) -> Tensor? {
      guard let name, let shape else { return nil }
      // What is added to an image lies along its channels.
      guard case .none = layer.normalization else { return try numbers(name, shape) }
      return try numbers(name, [1, shape.count, 1, 1]).reshaped(to: shape)
    }
    return LayerParameters(
      filter: ConvolutionFilter(weightsOfConvolution: weights),
      scale: try vector(layer.scaleName, layer.scaleShape),
      shift: try vector(layer.shiftName, layer.shiftShape))
  }

  /// The rows of all styles, whose encoder part is a constant of its own.
  func bank(
    of names: [String], _ architecture: TransformArchitecture
  ) throws(StyleModelError) -> StyleBank {
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
    return StyleBank(
      names: names, scale: Tensor(scale, shape: shape),
      shift: Tensor(try rows("beta"), shape: shape))
  }
}
