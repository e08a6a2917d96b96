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
      throw ArchitectureFault(error.fault(in: json))
    } catch {
      throw ArchitectureFault("\(error)")
    }
  }

  /// The description as JSON, the same text for the same layers.
  public var json: String { StyleModel.json(self) }

  private enum Key: String, CodingKey, CaseIterable {
    case format, version, input, output, layers, magnification
  }

  /// Reads a description; see ``init(json:)``.
  public init(from decoder: any Decoder) throws {
    let document = try decoder.container(keyedBy: Key.self)
    let format = try document.valueIfPresent(String.self, .format)
    guard format == Self.formatName else {
      throw ArchitectureFault("it does not say “format”: “\(Self.formatName)”")
    }
    let version = try document.value(Int.self, .version)
    guard version == Self.formatVersion else {
      throw ArchitectureFault(
        "a description of version \(version), and this program reads version \(Self.formatVersion)"
          + (version > Self.formatVersion ? "; use a newer version of impasto" : ""))
    }
    try decoder.expectOnly(Key.self)
    try self.init(
      layers: document.value([Layer].self, .layers),
      input: document.valueIfPresent(InputRange.self, .input) ?? .centered,
      output: document.valueIfPresent(OutputRange.self, .output) ?? .unit,
      magnification: document.valueIfPresent(Int.self, .magnification) ?? 1)
  }

  /// Writes the description.
  public func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(Self.formatName, forKey: .format)
    try document.encode(Self.formatVersion, forKey: .version)
    try document.encode(input, forKey: .input)
    try document.encode(output, forKey: .output)
    if magnification > 1 { try document.encode(magnification, forKey: .magnification) }
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
      mean: range.value([Float].self, .mean), divisor: range.value([Float].self, .divisor))
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
      scale: range.value(Float.self, .scale),
      mean: range.valueIfPresent([Float].self, .mean) ?? [0, 0, 0])
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
