public import Foundation
import ImpastoCompute

/// The JSON form of architectures, as `Docs/Networks.md` describes it.
extension TransformArchitecture: Codable {
  static let formatName = "impasto-architecture"
  static let formatVersion = 1

  /// Reads a description.
  ///
  /// - Throws: ``ArchitectureFault`` where it is not one, is of a newer version, or describes no
  ///   network.
  public init(json: Data) throws(ArchitectureFault) {
    do {
      self = try JSONDecoder().decode(TransformArchitecture.self, from: json)
    } catch let fault as ArchitectureFault {
      throw fault
    } catch let error as DecodingError {
      throw ArchitectureFault(error.fault)
    } catch {
      throw ArchitectureFault("\(error)")
    }
  }

  /// The description as JSON, the same text for the same layers.
  public var json: String { StyleModel.json(self) }

  private enum Key: String, CodingKey, CaseIterable {
    case format, version, input, output, layers
  }

  /// Reads a description; see ``init(json:)``.
  public init(from decoder: any Decoder) throws {
    let document = try decoder.container(keyedBy: Key.self)
    let format = try document.decodeIfPresent(String.self, forKey: .format)
    guard format == Self.formatName else {
      throw ArchitectureFault("it does not say “format”: “\(Self.formatName)”")
    }
    let version = try document.decode(Int.self, forKey: .version)
    guard version == Self.formatVersion else {
      throw ArchitectureFault(
        "a description of version \(version), and this program reads version \(Self.formatVersion); "
          + "use a newer version of impasto")
    }
    try decoder.expectOnly(Key.self)
    try self.init(
      layers: document.decode([Layer].self, forKey: .layers),
      input: document.decodeIfPresent(InputRange.self, forKey: .input) ?? .centered,
      output: document.decodeIfPresent(OutputRange.self, forKey: .output) ?? .unit)
  }

  /// Writes the description.
  public func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(Self.formatName, forKey: .format)
    try document.encode(Self.formatVersion, forKey: .version)
    try document.encode(input, forKey: .input)
    try document.encode(output, forKey: .output)
    try document.encode(layers, forKey: .layers)
  }
}

extension TransformArchitecture.InputRange: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case mean, divisor }

  /// Reads `mean` and `divisor`.
  public init(from decoder: any Decoder) throws {
    let range = try decoder.container(keyedBy: CodingKeys.self)
    try decoder.expectOnly(CodingKeys.self)
    try self.init(
      mean: range.decode([Float].self, forKey: .mean),
      divisor: range.decode([Float].self, forKey: .divisor))
  }

  /// Writes `mean` and `divisor`.
  public func encode(to encoder: any Encoder) throws {
    var range = encoder.container(keyedBy: CodingKeys.self)
    try range.encode(mean, forKey: .mean)
    try range.encode(divisor, forKey: .divisor)
  }
}

extension TransformArchitecture.OutputRange: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case scale, mean }

  /// Reads `scale` and `mean`.
  public init(from decoder: any Decoder) throws {
    let range = try decoder.container(keyedBy: CodingKeys.self)
    try decoder.expectOnly(CodingKeys.self)
    try self.init(
      scale: range.decode(Float.self, forKey: .scale),
      mean: range.decodeIfPresent([Float].self, forKey: .mean) ?? [0, 0, 0])
  }

  /// Writes `scale` and `mean`.
  public func encode(to encoder: any Encoder) throws {
    var range = encoder.container(keyedBy: CodingKeys.self)
    try range.encode(scale, forKey: .scale)
    try range.encode(mean, forKey: .mean)
  }
}

extension Decoder {
  /// Refuses keys that mean nothing here: a misspelled one would leave a default in its place.
  func expectOnly<Key: CodingKey & CaseIterable>(
    _: Key.Type, layer: String? = nil
  ) throws {
    let known = Set(Key.allCases.map(\.stringValue))
    let found = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    if let unknown = found.filter({ !known.contains($0) }).min() {
      throw ArchitectureFault(
        layer: layer,
        "“\(unknown)” is not known; expected \(known.sorted().joined(separator: ", "))")
    }
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  let intValue: Int? = nil

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension DecodingError {
  /// The fault and its place in the document.
  fileprivate var fault: String {
    switch self {
    case .keyNotFound(let key, let context):
      return "“\(key.stringValue)” is missing \(Self.place(context))"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return "expected \(Self.name(of: type)) \(Self.place(context))"
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      return "it is not JSON"
    case .dataCorrupted(let context):
      return "\(context.debugDescription) \(Self.place(context))"
    @unknown default:
      return localizedDescription
    }
  }

  private static func name(of type: Any.Type) -> String {
    switch type {
    case is Int.Type: "a whole number"
    case is Float.Type: "a number"
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is any RandomAccessCollection.Type: "a list"
    default: "an object"
    }
  }

  private static func place(_ context: Context) -> String {
    let path = context.codingPath.reduce(into: "") { path, key in
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += (path.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return path.isEmpty ? "at the top" : "at \(path)"
  }
}
