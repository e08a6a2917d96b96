import Foundation
import ImpastoCompute
package import ImpastoModelFiles
import ImpastoTensors

/// Checkpoints of networks that enlarge: safetensors with the names and metadata of
/// `Docs/Formats/Checkpoint.md`.
extension EnlargementModel {
  /// The format that this program reads and writes.
  static let formatVersion = "1"
  /// The name of the format in the metadata.
  static let formatName = "impasto-enlarger"
  /// The beginning of the names of the weights trained for looks.
  private static let looksPrefix = "looks."

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

  /// The tensors and metadata of a checkpoint.
  package var namedTensors: NamedTensors {
    var file = NamedTensors()
    for case (let prefix, let network?) in [("fidelity.", fidelity), (Self.looksPrefix, looks)] {
      for (layer, own) in zip(network.architecture.layers, network.parameters) {
        file.tensors[prefix + layer.filterName] = own.filter.weights
        if let name = layer.scaleName { file.tensors[prefix + name] = own.scale }
        if let name = layer.shiftName { file.tensors[prefix + name] = own.shift }
      }
    }
    file.metadata = [
      "format": Self.formatName, "format_version": Self.formatVersion,
      "architecture": StyleModel.json(fidelity.architecture),
      "training": StyleModel.json(trainingSettings),
    ]
    return file
  }

  /// Makes a model of a checkpoint's tensors and metadata, checking every part.
  package init(_ file: NamedTensors, path: String) throws(StyleModelError) {
    let parts = CheckpointParts(file: file, path: path) { .notEnlarger($0, reason: $1) }
    guard file.metadata["format"] != StyleModel.formatName else { throw .isStyleModel(path) }
    guard file.metadata["format"] == Self.formatName else {
      throw .notEnlarger(path, reason: "its metadata does not say “format”: “\(Self.formatName)”")
    }
    guard let version = file.metadata["format_version"], version == Self.formatVersion else {
      throw .unsupportedEnlarger(path, found: file.metadata["format_version"] ?? "none")
    }
    let architecture = try parts.described(by: Data((file.metadata["architecture"] ?? "").utf8))
    if let fault = Self.fault(in: architecture) { throw .notEnlarger(path, reason: fault) }
    func network(_ prefix: String) throws(StyleModelError) -> TransformNetwork {
      TransformNetwork(
        architecture: architecture,
        parameters: try parts.parameters(of: architecture, prefix: prefix))
    }
    let hasLooks = file.tensors.keys.contains { $0.hasPrefix(Self.looksPrefix) }
    self.init(
      fidelity: try network("fidelity."), looks: hasLooks ? try network(Self.looksPrefix) : nil,
      trainingSettings: try parts.value("training", [String: String].self))
  }
}
