import Foundation
import ImpastoCompute
import ImpastoFiles
package import ImpastoModelFiles
import ImpastoTensors

/// Checkpoints: safetensors with the names and metadata of `Docs/Formats/Checkpoint.md`.
extension StyleModel {
  /// The format that this program writes.
  static let formatVersion = "2"
  /// The format before networks were described layer by layer, which it reads too.
  static let widthsVersion = "1"
  /// The name of the format in the metadata.
  static let formatName = "impasto"

  /// Reads a checkpoint.
  ///
  /// - Throws: ``StyleModelError``, naming the file and what is wrong with it.
  public init(contentsOf path: String) throws(StyleModelError) {
    let file: NamedTensors
    do { file = try Safetensors.read(path) } catch { throw .file(error) }
    try self.init(file, path: path)
  }

  /// Writes a checkpoint; a file at `path` is replaced only once the new one is complete.
  public func write(to path: String) throws(StyleModelError) {
    do { try Safetensors.write(namedTensors, to: path) } catch { throw .file(error) }
  }

  /// The SHA-256 of the shared parameters: styles of networks with equal fingerprints fit each
  /// other.
  ///
  /// The description is not part of it: networks that only differ in ε, paddings or activations have
  /// one fingerprint, though each style is right for one of them alone.
  public var fingerprint: String {
    var digest = SHA256Digest()
    for layer in network.parameters {
      for tensor in [layer.filter.weights, layer.scale, layer.shift] {
        tensor?.withUnsafeBytes { digest.update($0) }
      }
    }
    return digest.hexadecimal()
  }

  /// The tensors and metadata of a checkpoint.
  package var namedTensors: NamedTensors {
    var file = NamedTensors()
    var exponents: [String: Int] = [:]
    for (layer, own) in zip(network.architecture.layers, network.parameters) {
      if let half = HalfWeights(exactly: own.filter.weights) {
        file.tensors[layer.filterName] = half.numbers
        file.halfPrecision.insert(layer.filterName)
        exponents[layer.name] = half.exponent
      } else {
        file.tensors[layer.filterName] = own.filter.weights
      }
      if let name = layer.scaleName { file.tensors[name] = own.scale }
      if let name = layer.shiftName { file.tensors[name] = own.shift }
    }
    let length = network.architecture.styleLength
    let (scale, shift) = (bank.scale.scalars, bank.shift.scalars)
    for (row, name) in bank.names.enumerated() {
      let range = row * length..<(row + 1) * length
      file.tensors["style.\(name).gamma"] = Tensor(Array(scale[range]), shape: [length])
      file.tensors["style.\(name).beta"] = Tensor(Array(shift[range]), shape: [length])
    }
    file.metadata = [
      "format": Self.formatName, "format_version": Self.formatVersion, "fingerprint": fingerprint,
      "architecture": Self.json(network.architecture), "rows": Self.json(bank.names),
      "styles": Self.json(styles), "thumbnails": Self.json(thumbnails),
      "training": Self.json(trainingSettings),
    ]
    if !exponents.isEmpty { file.metadata["exponents"] = Self.json(exponents) }
    if !styleSettings.isEmpty { file.metadata["style_training"] = Self.json(styleSettings) }
    return file
  }

  /// Makes a model of a checkpoint's tensors and metadata, checking every part.
  package init(_ file: NamedTensors, path: String) throws(StyleModelError) {
    func part<Value: Decodable>(_ key: String, _: Value.Type) throws(StyleModelError) -> Value {
      guard let text = file.metadata[key],
        let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
      else { throw .notModel(path, reason: "its metadata lacks a readable “\(key)”") }
      return value
    }
    func tensor(_ name: String, _ shape: Shape) throws(StyleModelError) -> Tensor {
      guard let tensor = file.tensors[name] else {
        throw .notModel(path, reason: "the tensor “\(name)” is missing")
      }
      if let fault = tensor.fault(named: name, expected: shape) {
        throw .notModel(path, reason: fault)
      }
      return tensor
    }

    guard file.metadata["format"] != StyleFile.formatName else { throw .isStyleFile(path) }
    guard file.metadata["format"] == Self.formatName else {
      throw .notModel(path, reason: "its metadata does not say “format”: “impasto”")
    }
    let architecture = try Self.architecture(of: file, path: path)
    let rows = try part("rows", [String].self)
    let styles = try part("styles", [StyleDescription].self)
    let names = styles.map(\.name)
    guard rows.filter({ $0 != StyleBank.photoName }) == names, Set(rows).count == rows.count,
      !names.isEmpty, names.allSatisfy(StyleDescription.isValidName)
    else {
      throw .notModel(
        path, reason: "its \(rows.count) rows do not match its \(names.count) styles")
    }

    let exponents =
      file.metadata["exponents"] == nil ? [:] : try part("exponents", [String: Int].self)
    guard exponents.values.allSatisfy(HalfWeights.exponents.contains) else {
      throw .notModel(path, reason: "its metadata lacks a readable “exponents”")
    }
    var parameters: [LayerParameters] = []
    for layer in architecture.layers {
      var weights = try tensor(layer.filterName, layer.filterShape)
      if let exponent = exponents[layer.name] {
        weights = HalfWeights(numbers: weights, exponent: exponent).weights
        if let fault = weights.fault(named: layer.filterName, expected: layer.filterShape) {
          throw .notModel(path, reason: fault)
        }
      }
      func vector(_ name: String?, _ shape: Shape?) throws(StyleModelError) -> Tensor? {
        guard let name, let shape else { return nil }
        return try tensor(name, shape)
      }
      parameters.append(
        LayerParameters(
          filter: ConvolutionFilter(weights),
          scale: try vector(layer.scaleName, layer.scaleShape),
          shift: try vector(layer.shiftName, layer.shiftShape)))
    }
    let length = architecture.styleLength
    var (scale, shift): ([Float], [Float]) = ([], [])
    for name in rows {
      scale += try tensor("style.\(name).gamma", [length]).scalars
      shift += try tensor("style.\(name).beta", [length]).scalars
    }
    let shape: Shape = [rows.count, length]
    self.init(
      network: TransformNetwork(architecture: architecture, parameters: parameters),
      bank: StyleBank(
        names: rows, scale: Tensor(scale, shape: shape), shift: Tensor(shift, shape: shape)),
      styles: styles, thumbnails: try part("thumbnails", [String: Data].self),
      trainingSettings: try part("training", [String: String].self),
      styleSettings: file.metadata["style_training"] == nil
        ? [:] : try part("style_training", [String: [String: String]].self))
    guard file.metadata["fingerprint"] == fingerprint else {
      throw .notModel(path, reason: "its weights do not match their fingerprint")
    }
  }

  /// The architecture that a checkpoint of either format describes.
  private static func architecture(
    of file: NamedTensors, path: String
  ) throws(StyleModelError) -> TransformArchitecture {
    guard let version = file.metadata["format_version"] else {
      throw .notModel(path, reason: "its metadata does not say its “format_version”")
    }
    guard let text = file.metadata["architecture"].map({ Data($0.utf8) }) else {
      throw .notModel(path, reason: "its metadata lacks “architecture”")
    }
    switch version {
    case formatVersion:
      do { return try TransformArchitecture(json: text) } catch {
        throw .notModel(path, reason: "its “architecture” describes no network: \(error)")
      }
    case widthsVersion:
      guard let sizes = try? JSONDecoder().decode(NetworkSizes.self, from: text) else {
        throw .notModel(path, reason: "its metadata lacks a readable “architecture”")
      }
      guard
        TransformArchitecture.areValid(widths: sizes.widths, residualBlocks: sizes.residualBlocks)
      else { throw .notModel(path, reason: "a network of its architecture cannot be built") }
      return TransformArchitecture(widths: sizes.widths, residualBlocks: sizes.residualBlocks)
    default:
      throw .unsupportedVersion(path, found: version)
    }
  }

  /// The description of the network in a checkpoint of the first format.
  private struct NetworkSizes: Decodable {
    let widths: [Int]
    let residualBlocks: Int
  }

  /// The JSON text of `value`, the same for the same contents.
  static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      preconditionFailure("plain values always have a JSON form")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
