import Foundation
import ImpastoCompute
import ImpastoTensors
import TestSupport
import Testing

/// One case of `operations.safetensors`: what PyTorch computed.
struct Fixture: Sendable, CustomTestStringConvertible {
  let operation: Operation
  private let reference: ReferenceCase<Settings>

  var name: String { reference.name }
  var testDescription: String { name }

  /// The operands: everything that is neither the result, nor a gradient.
  var operands: [String: Tensor] {
    reference.tensors.filter {
      $0.key != "output" && $0.key != "cotangent" && !$0.key.hasSuffix("_gradient")
    }
  }

  /// The gradients of the operands that have one, by the operand's name.
  var gradients: [String: Tensor] {
    var gradients: [String: Tensor] = [:]
    for (key, tensor) in reference.tensors where key.hasSuffix("_gradient") {
      gradients[String(key.dropLast("_gradient".count))] = tensor
    }
    return gradients
  }

  subscript(key: String) -> Tensor {
    get throws { try reference[key] }
  }

  /// Every case of the file.
  static let all: [Fixture] = {
    do {
      let file = try ReferenceFile<Settings>("operations", in: .module)
      return try file.cases.map {
        Fixture(operation: try $0.settings.resolved(), reference: $0)
      }
    } catch {
      Issue.record("operations.safetensors cannot be used: \(error)")
      return []
    }
  }()
}

/// The settings that the generator writes beside a case.
private struct Settings: Decodable {
  let operation: String
  let stride: Int?
  let padding: Int?
  let border: String?
  let rectified: Bool?
  let activation: String?
  let doubling: String?
  let factor: Int?

  private func resolvedActivation() throws -> Activation {
    let activations: [String: Activation] = [
      "linear": .linear, "rectified": .rectified, "leaky": .leaky(slope: 0.25),
      "sigmoid": .sigmoid, "tanh": .tanh(scale: 150), "clamped": .clamped(-0.5...1.5),
    ]
    return try #require(activation.flatMap { activations[$0] })
  }

  func resolved() throws -> Operation {
    let padding = padding ?? 0
    let borders: [String: Frame.Border] = ["repeated": .repeated, "zeros": .zeros]
    let border = border.flatMap { borders[$0] } ?? .mirrored
    let frame = Frame(padding: padding, border: border)
    switch operation {
    case "convolution":
      return .convolution(
        step: ConvolutionStep(stride: stride ?? 1, zeroPadding: padding),
        rectified: rectified ?? false)
    case "padding": return .padding(frame)
    case "doubled convolution":
      return .doubledConvolution(
        try #require(doubling.flatMap(Doubling.init)), border: border)
    case "blurred convolution": return .blurredConvolution(frame)
    case "pixel shuffle": return .rearranging(try #require(factor))
    case "bias": return .bias(try resolvedActivation(), frame: frame)
    case "normalization":
      return .normalization(
        try resolvedActivation(), frame: frame, residualPadding: padding)
    case "max pooling": return .maxPooling
    case "average pooling": return .averagePooling
    case "preprocessing": return .preprocessing
    case "gram matrix": return .gramMatrix
    case "relative squared error": return .relativeSquaredError
    case "total variation": return .totalVariation
    default: throw MissingReference(name: "operation “\(operation)”")
    }
  }
}
