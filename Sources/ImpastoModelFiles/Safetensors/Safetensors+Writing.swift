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
    let tensors = ordered(contents)
    let header: Data
    do { header = try encodedHeader(tensors, contents.metadata) } catch {
      throw .safetensors(error, file: path)
    }
    do {
      try AtomicFile.write(to: path) { file throws(FileError) in
        try file.append(header)
        for item in tensors { try append(item, to: file) }
      }
    } catch {
      throw .file(error)
    }
  }

  /// A tensor and how it is stored.
  private struct Item {
    let name: String
    let tensor: Tensor
    let isHalved: Bool

    var scalarSize: Int { isHalved ? 2 : tensor.scalarType.size }
    var byteCount: Int { tensor.count * scalarSize }
    var typeName: String { tensor.scalarType == .bfloat16 ? "BF16" : isHalved ? "F16" : "F32" }
  }

  /// The tensors in the order of the file: wider scalars first, so that all are aligned as the
  /// Python package expects, and by name among equals.
  private static func ordered(_ contents: NamedTensors) -> [Item] {
    contents.tensors.map { name, tensor in
      Item(
        name: name, tensor: tensor,
        isHalved: tensor.scalarType == .float32 && contents.halfPrecision.contains(name))
    }.sorted { first, second in
      let sizes = (first.scalarSize, second.scalarSize)
      return sizes.0 == sizes.1 ? precedes(first.name, second.name) : sizes.0 > sizes.1
    }
  }

  private static func append(
    _ item: Item, to file: borrowing AtomicFile.Writer
  ) throws(FileError) {
    if item.isHalved {
      let halves = item.tensor.scalars.map { Float16($0).bitPattern.littleEndian }
      try file.append(halves.withUnsafeBytes { Data($0) })
    } else {
      try item.tensor.withUnsafeBytes { bytes throws(FileError) in try file.append(bytes) }
    }
  }

  private static func precedes(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
  }

  private static func encodedHeader(
    _ tensors: [Item], _ metadata: [String: String]
  ) throws(SafetensorsFault) -> Data {
    var members: [String] = []
    if !metadata.isEmpty {
      let facts = metadata.sorted { precedes($0.key, $1.key) }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\(quoted(metadataKey)):{\(facts.joined(separator: ","))}")
    }
    var offset = 0
    for item in tensors {
      guard item.name != metadataKey else { throw .reservedName(item.name) }
      let shape = item.tensor.shape.dimensions.map(String.init).joined(separator: ",")
      let end = offset + item.byteCount
      members.append(
        "\(quoted(item.name)):"
          + "{\"dtype\":\"\(item.typeName)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      )
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
