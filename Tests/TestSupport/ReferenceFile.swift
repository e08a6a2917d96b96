package import Foundation
import ImpastoModelFiles
package import ImpastoTensors

/// A file of reference numbers that `Tests/Fixtures/generate.py` wrote: tensors and settings by case.
package struct ReferenceFile<Settings: Decodable & Sendable>: Sendable {
  /// The cases, by name.
  package let cases: [ReferenceCase<Settings>]

  /// Reads `Fixtures/NAME.safetensors` of a test target.
  package init(_ name: String, in bundle: Bundle) throws {
    guard let path = bundle.path(forResource: "Fixtures/" + name, ofType: "safetensors") else {
      throw MissingReference(name: name)
    }
    let file = try Safetensors.read(path)
    guard let text = file.metadata["cases"] else { throw MissingReference(name: name + ": cases") }
    let settings = try JSONDecoder().decode([String: Settings].self, from: Data(text.utf8))
    cases = settings.sorted { $0.key < $1.key }.map { name, settings in
      var tensors: [String: Tensor] = [:]
      for (key, tensor) in file.tensors where key.hasPrefix(name + "/") {
        tensors[String(key.dropFirst(name.count + 1))] = tensor
      }
      return ReferenceCase(name: name, settings: settings, tensors: tensors)
    }
  }

  /// The case of a name.
  package subscript(name: String) -> ReferenceCase<Settings> {
    get throws {
      guard let found = cases.first(where: { $0.name == name }) else {
        throw MissingReference(name: name)
      }
      return found
    }
  }
}

/// One case of a file of reference numbers.
package struct ReferenceCase<Settings: Sendable>: Sendable {
  /// What the case is called.
  package let name: String
  /// How its numbers were computed.
  package let settings: Settings
  /// Its numbers, by name.
  package let tensors: [String: Tensor]

  /// The tensor of a name.
  package subscript(key: String) -> Tensor {
    get throws {
      guard let tensor = tensors[key] else { throw MissingReference(name: "\(name)/\(key)") }
      return tensor
    }
  }
}

/// Reference numbers that a test asks for are not there.
package struct MissingReference: Error {
  /// What is missing.
  package let name: String

  /// Creates the error.
  package init(name: String) { self.name = name }
}
