public import Foundation
import ImpastoTensors

extension Safetensors {
  /// Reads every tensor of a safetensors file: BF16 as it is; F32, F16 and F64 as float32.
  ///
  /// - Throws: ``ModelFileError/file(_:)``; ``ModelFileError/safetensors(_:file:)`` where the file
  ///   departs from the format in any way. The numbers themselves are not looked at.
  public static func read(_ path: String) throws(ModelFileError) -> NamedTensors {
    try read(try fileContents(path, where: isRecognized), name: path)
  }

  /// Reads every tensor of a safetensors file from its bytes.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - name: The file's name in errors.
  /// - Throws: ``ModelFileError/safetensors(_:file:)``.
  public static func read(_ bytes: Data, name: String) throws(ModelFileError) -> NamedTensors {
    do {
      let (header, data) = try split(bytes)
      try checkCoverage(header.entries, byteCount: data.count)
      var result = NamedTensors(metadata: header.metadata)
      for entry in header.entries {
        result.tensors[entry.name] = try stored(entry, in: data).tensor()
      }
      return result
    } catch {
      throw .safetensors(error, file: name)
    }
  }

  private static func split(
    _ bytes: Data
  ) throws(SafetensorsFault) -> (SafetensorsHeader, Data) {
    var reader = ByteReader(bytes)
    guard let length = reader.integer(UInt64.self) else {
      throw .noHeader(byteCount: bytes.count)
    }
    guard length <= headerLimit else { throw .headerTooLong(length: length) }
    let available = reader.remaining
    guard let text = reader.bytes(Int(length)), let data = reader.bytes(reader.remaining) else {
      throw .headerPastEnd(length: Int(length), available: available)
    }
    return (try SafetensorsHeader(Array(text)), data)
  }

  /// Checks that the tensors share out the data: all of it, and no byte twice.
  private static func checkCoverage(
    _ entries: [SafetensorsHeader.Entry], byteCount: Int
  ) throws(SafetensorsFault) {
    for entry in entries {
      guard entry.start <= entry.end, entry.end <= byteCount else {
        throw .rangeOutOfBounds(
          start: entry.start, end: entry.end, available: byteCount, tensor: entry.name)
      }
    }
    var claimed = 0
    var last = ""
    for entry in entries.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      guard entry.start >= claimed else { throw .overlap(first: last, second: entry.name) }
      guard entry.start == claimed else {
        throw .unclaimedBytes(start: claimed, end: entry.start)
      }
      claimed = entry.end
      last = entry.name
    }
    guard claimed == byteCount else { throw .unclaimedBytes(start: claimed, end: byteCount) }
  }

  private static func stored(
    _ entry: SafetensorsHeader.Entry, in data: Data
  ) throws(SafetensorsFault) -> StoredTensor {
    let type = try scalarType(of: entry)
    guard let count = checkedProduct(entry.shape), count <= Int.max / type.size else {
      throw .shapeTooLarge(entry.shape, tensor: entry.name)
    }
    let found = entry.end - entry.start
    guard count * type.size == found else {
      throw .wrongByteCount(expected: count * type.size, found: found, tensor: entry.name)
    }
    let start = data.startIndex + entry.start
    return StoredTensor(
      scalarType: type, layout: StridedLayout(contiguous: entry.shape),
      storage: data[start..<start + found])
  }

  private static func scalarType(
    of entry: SafetensorsHeader.Entry
  ) throws(SafetensorsFault) -> StoredScalarType {
    switch entry.scalarType {
    case "F32": return .float32
    case "BF16": return .bfloat16
    case "F16": return .float16
    case "F64": return .float64
    case let type where otherScalarTypes.contains(type):
      throw .unsupportedScalarType(type, tensor: entry.name)
    case let type: throw .unknownScalarType(type, tensor: entry.name)
    }
  }

  /// The types that the format knows and that no tensor here has.
  private static let otherScalarTypes: Set<String> = [
    "BOOL", "U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64", "C64", "F4", "F6_E2M3",
    "F6_E3M2", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ",
  ]
}
