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
    let parts = CheckpointParts(file: file, path: path)
    try parts.checkFormat()
    let architecture = try parts.architecture()
    let styles = try parts.value("styles", [StyleDescription].self)
    self.init(
      network: TransformNetwork(
        architecture: architecture, parameters: try parts.parameters(of: architecture)),
      bank: try parts.bank(for: styles.map(\.name), of: architecture), styles: styles,
      thumbnails: try parts.value("thumbnails", [String: Data].self),
      trainingSettings: try parts.value("training", [String: String].self),
      styleSettings: try parts.value(
        "style_training", [String: [String: String]].self, orIfMissing: [:]))
    guard file.metadata["fingerprint"] == fingerprint else {
      throw .notModel(path, reason: "its weights do not match their fingerprint")
    }
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
