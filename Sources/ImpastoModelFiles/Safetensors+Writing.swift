import Foundation
import ImpastoFiles
import ImpastoTensors

extension Safetensors {
  /// Writes a safetensors file, whole or not at all; the same contents give the same bytes.
  ///
  /// - Throws: ``ModelFileError/file(_:)`` where the disk refuses, and what was at `path` is still
  ///   there; ``ModelFileError/safetensors(_:file:)`` where the format cannot hold `contents`.
  public static func write(
    _ contents: NamedTensors, to path: String
  ) throws(ModelFileError) {
    let tensors = ordered(contents.tensors)
    let header: Data
    do { header = try encodedHeader(tensors, contents.metadata) } catch {
      throw .safetensors(error, file: path)
    }
    do {
      try AtomicFile.write(to: path) { file throws(FileError) in
        try file.append(header)
        for (_, tensor) in tensors {
          try tensor.withUnsafeBytes { bytes throws(FileError) in try file.append(bytes) }
        }
      }
    } catch {
      throw .file(error)
    }
  }

  /// The tensors in the order of the file: wider scalars first, so that all are aligned as the
  /// Python package expects, and by name among equals.
  private static func ordered(_ tensors: [String: Tensor]) -> [(name: String, tensor: Tensor)] {
    tensors.map { (name: $0.key, tensor: $0.value) }.sorted { first, second in
      let sizes = (first.tensor.scalarType.size, second.tensor.scalarType.size)
      return sizes.0 == sizes.1 ? precedes(first.name, second.name) : sizes.0 > sizes.1
    }
  }

  private static func precedes(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
  }

  private static func encodedHeader(
    _ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String]
  ) throws(SafetensorsFault) -> Data {
    var members: [String] = []
    if !metadata.isEmpty {
      let facts = metadata.sorted { precedes($0.key, $1.key) }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\(quoted(metadataKey)):{\(facts.joined(separator: ","))}")
    }
    var offset = 0
    for (name, tensor) in tensors {
      guard name != metadataKey else { throw .reservedName(name) }
      let type = tensor.scalarType == .float32 ? "F32" : "BF16"
      let shape = tensor.shape.dimensions.map(String.init).joined(separator: ",")
      let end = offset + tensor.byteCount
      members.append(
        "\(quoted(name)):"
          + "{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Data("{\(members.joined(separator: ","))}".utf8)
    let excess = text.count % prefixLength
    if excess > 0 { text.append(Data(repeating: 0x20, count: prefixLength - excess)) }
    guard text.count <= headerLimit else { throw .headerTooLong(length: UInt64(text.count)) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text
  }

  private static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
