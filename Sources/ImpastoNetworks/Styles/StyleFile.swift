import Foundation
import ImpastoModelFiles
import ImpastoTensors

/// One style in a file of its own, as `Docs/Formats/StyleFile.md` describes it.
public struct StyleFile: Hashable, Sendable {
  /// The end of the names of style files.
  public static let nameSuffix = ".style.safetensors"

  /// The name of the format in the metadata.
  static let formatName = "impasto-style"
  /// The format that this program writes and reads.
  static let formatVersion = "1"
  /// The most bytes that the metadata may take; those of a thumbnail and all texts are a few
  /// thousand.
  static let metadataLimit = 1 << 20

  /// The style.
  public let style: Style
  /// The fingerprint of the network whose style it is; it fits no other.
  public let fingerprint: String

  /// Creates the contents of a file.
  public init(style: Style, fingerprint: String) {
    self.style = style
    self.fingerprint = fingerprint
  }

  /// Reads a style file.
  ///
  /// - Throws: ``StyleModelError``, naming the file and what is wrong with it.
  public init(contentsOf path: String) throws(StyleModelError) {
    let file: NamedTensors
    do { file = try Safetensors.read(path) } catch { throw .file(error) }
    try self.init(file, path: path)
  }

  /// Writes the file; what is at `path` is replaced only once the new one is complete.
  ///
  /// - Throws: ``StyleModelError/file(_:)``.
  public func write(to path: String) throws(StyleModelError) {
    let shape: Shape = [style.scale.count]
    var file = NamedTensors(
      tensors: [
        "gamma": Tensor(style.scale, shape: shape), "beta": Tensor(style.shift, shape: shape),
      ],
      metadata: [
        "format": Self.formatName, "format_version": Self.formatVersion,
        "fingerprint": fingerprint, "style": StyleModel.json(style.description),
        "training": StyleModel.json(style.trainingSettings),
      ])
    file.metadata["thumbnail"] = style.thumbnail?.base64EncodedString()
    do { try Safetensors.write(file, to: path) } catch { throw .file(error) }
  }

  /// Makes a style of a file's tensors and metadata, checking every part.
  private init(_ file: NamedTensors, path: String) throws(StyleModelError) {
    func part<Value: Decodable>(_ key: String, _: Value.Type) throws(StyleModelError) -> Value {
      guard let text = file.metadata[key],
        let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
      else { throw .notStyleFile(path, reason: "its metadata lacks a readable “\(key)”") }
      return value
    }

    guard file.metadata["format"] != StyleModel.formatName else { throw .isCheckpoint(path) }
    guard file.metadata["format"] == Self.formatName else {
      throw .notStyleFile(path, reason: "its metadata does not say “format”: “impasto-style”")
    }
    guard let version = file.metadata["format_version"] else {
      throw .notStyleFile(path, reason: "its metadata does not say its “format_version”")
    }
    guard version == Self.formatVersion else {
      throw .unsupportedStyleFile(path, found: version)
    }
    let size = file.metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    guard size <= Self.metadataLimit else {
      throw .notStyleFile(
        path, reason: "its metadata take \(size) bytes, where \(Self.metadataLimit) are allowed")
    }
    guard let fingerprint = file.metadata["fingerprint"], Self.isFingerprint(fingerprint) else {
      throw .notStyleFile(path, reason: "its metadata lacks a readable “fingerprint”")
    }
    let description = try part("style", StyleDescription.self)
    guard StyleDescription.isValidName(description.name),
      description.name != StyleBank.photoName
    else {
      throw .notStyleFile(path, reason: "its name cannot name a style")
    }
    var thumbnail: Data?
    if let text = file.metadata["thumbnail"] {
      thumbnail = Data(base64Encoded: text)
      guard thumbnail != nil else {
        throw .notStyleFile(path, reason: "its metadata lacks a readable “thumbnail”")
      }
    }
    guard let scale = file.tensors["gamma"], let shift = file.tensors["beta"] else {
      let missing = file.tensors["gamma"] == nil ? "gamma" : "beta"
      throw .notStyleFile(path, reason: "the tensor “\(missing)” is missing")
    }
    // The fingerprint tells how many numbers the row must have; here both have to agree.
    let shape: Shape = [max(1, scale.count)]
    for (name, tensor) in [("gamma", scale), ("beta", shift)] {
      if let fault = tensor.fault(named: name, expected: shape) {
        throw .notStyleFile(path, reason: fault)
      }
    }
    self.init(
      style: Style(
        description: description, scale: scale.scalars, shift: shift.scalars,
        thumbnail: thumbnail, trainingSettings: try part("training", [String: String].self)),
      fingerprint: fingerprint)
  }

  private static func isFingerprint(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
