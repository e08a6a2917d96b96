import Foundation
import ImpastoCompute
import ImpastoTensors
import TestSupport
import Testing

/// One case of `operations.safetensors`: what PyTorch computed.
struct Fixture: Sendable, CustomTestStringConvertible {
  let operation: Operation
  let computation: Operation.Computation
  private let reference: ReferenceCase<ReferenceSettings>

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
      let file = try ReferenceFile<ReferenceSettings>("operations", in: .module)
      return try file.cases.map { reference in
        let operation = Operation.all.first { $0.name == reference.settings.operation }
        let found = try #require(operation, "no operation “\(reference.settings.operation)”")
        let computation = try #require(found.reference, "“\(found.name)” takes no reference")
        return Fixture(
          operation: found, computation: try computation(reference.settings),
          reference: reference)
      }
    } catch {
      Issue.record("operations.safetensors cannot be used: \(error)")
      return []
    }
  }()
}

/// The settings that the generator writes beside a case.
struct ReferenceSettings: Decodable, Sendable {
  let operation: String
  let stride: Int?
  let padding: Int?
  let rectified: Bool?
  let doubling: String?
  let factor: Int?
  private let borderName: String?
  private let activationName: String?

  private enum CodingKeys: String, CodingKey {
    case operation, stride, padding, rectified, doubling, factor
    case borderName = "border"
    case activationName = "activation"
  }

  var border: Frame.Border {
    get throws {
      let borders: [String: Frame.Border] = [
        "mirrored": .mirrored, "repeated": .repeated, "zeros": .zeros,
      ]
      return try #require(borders[borderName ?? "mirrored"])
    }
  }

  var frame: Frame {
    get throws { Frame(padding: padding ?? 0, border: try border) }
  }

  var activation: Activation {
    get throws {
      let activations: [String: Activation] = [
        "linear": .linear, "rectified": .rectified, "leaky": .leaky(slope: 0.25),
        "sigmoid": .sigmoid, "tanh": .tanh(scale: 150), "clamped": .clamped(-0.5...1.5),
      ]
      return try #require(activationName.flatMap { activations[$0] })
    }
  }
}
