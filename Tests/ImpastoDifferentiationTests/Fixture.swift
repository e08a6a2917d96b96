import Foundation
import ImpastoCompute
import ImpastoModelFiles
import ImpastoTensors
import Testing

/// One case of `operations.safetensors`: what PyTorch computed.
struct Fixture: Sendable, CustomTestStringConvertible {
  let name: String
  let operation: Operation
  private let tensors: [String: Tensor]

  var testDescription: String { name }

  /// The operands: everything that is neither the result, nor a gradient.
  var operands: [String: Tensor] {
    tensors.filter {
      $0.key != "output" && $0.key != "cotangent" && !$0.key.hasSuffix("_gradient")
    }
  }

  /// The gradients of the operands that have one, by the operand's name.
  var gradients: [String: Tensor] {
    var gradients: [String: Tensor] = [:]
    for (key, tensor) in tensors where key.hasSuffix("_gradient") {
      gradients[String(key.dropLast("_gradient".count))] = tensor
    }
    return gradients
  }

  subscript(key: String) -> Tensor {
    get throws {
      guard let tensor = tensors[key] else { throw MissingTensor(name: "\(name)/\(key)") }
      return tensor
    }
  }

  /// Every case of the file.
  static let all: [Fixture] = {
    do {
      return try read()
    } catch {
      Issue.record("operations.safetensors cannot be used: \(error)")
      return []
    }
  }()

  private static func read() throws -> [Fixture] {
    let path = try #require(
      Bundle.module.path(forResource: "Fixtures/operations", ofType: "safetensors"))
    let file = try Safetensors.read(path)
    let settings = try JSONDecoder().decode(
      [String: Settings].self, from: Data(#require(file.metadata["cases"]).utf8))
    return try settings.sorted { $0.key < $1.key }.map { name, settings in
      var tensors: [String: Tensor] = [:]
      for (key, tensor) in file.tensors where key.hasPrefix(name + "/") {
        tensors[String(key.dropFirst(name.count + 1))] = tensor
      }
      return Fixture(name: name, operation: try settings.resolved(), tensors: tensors)
    }
  }
}

/// The settings that the generator writes beside a case.
private struct Settings: Decodable {
  let operation: String
  let stride: Int?
  let padding: Int?
  let upsampling: Int?
  let rectified: Bool?
  let activation: String?

  func resolved() throws -> Operation {
    let padding = padding ?? 0
    switch operation {
    case "convolution":
      return .convolution(
        step: ConvolutionStep(stride: stride ?? 1, zeroPadding: padding),
        rectified: rectified ?? false)
    case "reflection padding": return .reflectionPadding(by: padding)
    case "normalization":
      let activations: [String: Activation] = [
        "linear": .linear, "rectified": .rectified, "sigmoid": .sigmoid,
      ]
      return .normalization(
        try #require(activation.flatMap { activations[$0] }),
        frame: Frame(upsampling: upsampling ?? 1, padding: padding), residualPadding: padding)
    case "max pooling": return .maxPooling
    case "preprocessing": return .preprocessing
    case "gram matrix": return .gramMatrix
    case "relative squared error": return .relativeSquaredError
    case "total variation": return .totalVariation
    default: throw UnknownOperation(name: operation)
    }
  }
}

/// The generator writes an operation that the tests do not know.
private struct UnknownOperation: Error {
  let name: String
}
