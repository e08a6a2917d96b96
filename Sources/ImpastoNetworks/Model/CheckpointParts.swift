import Foundation
import ImpastoCompute
import ImpastoModelFiles
import ImpastoTensors

/// The tensors and metadata of a checkpoint, each checked when it is asked for.
struct CheckpointParts {
  let file: NamedTensors
  /// The path of the file, for errors.
  let path: String
  /// The error for what is missing or damaged, of the reason.
  var refusal: (_ path: String, _ reason: String) -> StyleModelError = {
    .notModel($0, reason: $1)
  }

  /// Refuses files that are no checkpoints of styles.
  func checkFormat() throws(StyleModelError) {
    guard file.metadata["format"] != StyleFile.formatName else { throw .isStyleFile(path) }
    guard file.metadata["format"] != EnlargementModel.formatName else { throw .isEnlarger(path) }
    guard file.metadata["format"] == StyleModel.formatName else {
      throw .notModel(path, reason: "its metadata does not say “format”: “impasto”")
    }
  }

  /// A value of the metadata, or `fallback` where it may be missing and is.
  func value<Value: Decodable>(
    _ key: String, _: Value.Type, orIfMissing fallback: Value? = nil
  ) throws(StyleModelError) -> Value {
    if let fallback, file.metadata[key] == nil { return fallback }
    guard let text = file.metadata[key],
      let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
    else { throw refusal(path, "its metadata lacks a readable “\(key)”") }
    return value
  }

  private func tensor(_ name: String, _ shape: Shape) throws(StyleModelError) -> Tensor {
    guard let tensor = file.tensors[name] else {
      throw refusal(path, "the tensor “\(name)” is missing")
    }
    if let fault = tensor.fault(named: name, expected: shape) {
      throw refusal(path, fault)
    }
    return tensor
  }

  private func tensor(_ name: String?, _ shape: Shape?) throws(StyleModelError) -> Tensor? {
    guard let name, let shape else { return nil }
    return try tensor(name, shape)
  }

  /// The architecture that a checkpoint of either format describes.
  func architecture() throws(StyleModelError) -> TransformArchitecture {
    guard let version = file.metadata["format_version"] else {
      throw refusal(path, "its metadata does not say its “format_version”")
    }
    guard let text = file.metadata["architecture"].map({ Data($0.utf8) }) else {
      throw refusal(path, "its metadata lacks “architecture”")
    }
    switch version {
    case StyleModel.formatVersion:
      let architecture = try described(by: text)
      guard architecture.magnification == 1 else {
        throw refusal(path, "its network enlarges pictures")
      }
      return architecture
    case StyleModel.widthsVersion:
      guard let sizes = try? JSONDecoder().decode(NetworkSizes.self, from: text) else {
        throw refusal(path, "its metadata lacks a readable “architecture”")
      }
      guard
        TransformArchitecture.areValid(widths: sizes.widths, residualBlocks: sizes.residualBlocks)
      else { throw refusal(path, "a network of its architecture cannot be built") }
      return TransformArchitecture(widths: sizes.widths, residualBlocks: sizes.residualBlocks)
    default:
      throw .unsupportedVersion(path, found: version)
    }
  }

  /// The network that a description in the metadata describes.
  func described(by json: Data) throws(StyleModelError) -> TransformArchitecture {
    do { return try TransformArchitecture(json: json) } catch {
      throw refusal(path, "its “architecture” describes no network: \(error)")
    }
  }

  /// The description of the network in a checkpoint of the first format.
  private struct NetworkSizes: Decodable {
    let widths: [Int]
    let residualBlocks: Int
  }

  /// The parameters of all layers; filters that are stored as half-precision numbers with an
  /// exponent are widened.
  ///
  /// - Parameter prefix: What stands before their names, where the file has several networks.
  func parameters(
    of architecture: TransformArchitecture, prefix: String = ""
  ) throws(StyleModelError) -> [LayerParameters] {
    let exponents = try value("exponents", [String: Int].self, orIfMissing: [:])
    guard exponents.values.allSatisfy(HalfWeights.exponents.contains) else {
      throw refusal(path, "its metadata lacks a readable “exponents”")
    }
    var parameters: [LayerParameters] = []
    for layer in architecture.layers {
      var weights = try tensor(prefix + layer.filterName, layer.filterShape)
      if let exponent = exponents[layer.name] {
        weights = HalfWeights(numbers: weights, exponent: exponent).weights
        if let fault = weights.fault(named: layer.filterName, expected: layer.filterShape) {
          throw refusal(path, fault)
        }
      }
      parameters.append(
        LayerParameters(
          filter: ConvolutionFilter(weights),
          scale: try tensor(layer.scaleName.map { prefix + $0 }, layer.scaleShape),
          shift: try tensor(layer.shiftName.map { prefix + $0 }, layer.shiftShape)))
    }
    return parameters
  }

  /// The rows of the styles called `names`, and of `photo` where there is one.
  func bank(
    for names: [String], of architecture: TransformArchitecture
  ) throws(StyleModelError) -> StyleBank {
    let rows = try value("rows", [String].self)
    guard rows.filter({ $0 != StyleBank.photoName }) == names, Set(rows).count == rows.count,
      !names.isEmpty, names.allSatisfy(StyleDescription.isValidName)
    else {
      throw refusal(
        path, "its \(rows.count) rows do not match its \(names.count) styles")
    }
    let length = architecture.styleLength
    var (scale, shift): ([Float], [Float]) = ([], [])
    for name in rows {
      scale += try tensor("style.\(name).gamma", [length]).scalars
      shift += try tensor("style.\(name).beta", [length]).scalars
    }
    let shape: Shape = [rows.count, length]
    return StyleBank(
      names: rows, scale: Tensor(scale, shape: shape), shift: Tensor(shift, shape: shape))
  }
}
