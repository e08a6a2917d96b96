/// The header of a safetensors file; only its grammar has been checked.
struct SafetensorsHeader {
  /// One tensor's claim to a range of the data.
  struct Entry {
    let name: String
    let scalarType: String
    let shape: [Int]
    let start: Int
    let end: Int
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var entries: [Entry] = []

  /// Reads a header from its JSON text.
  init(_ text: [UInt8]) throws(SafetensorsFault) {
    guard String(validating: text, as: UTF8.self) != nil else {
      throw .invalidHeader(reason: "text that is not UTF-8", byte: 0)
    }
    var scanner = HeaderScanner(text)
    var names: Set<String> = []
    try scanner.object { name, scanner throws(SafetensorsFault) in
      guard names.insert(name).inserted else { throw .duplicateName(name) }
      if name == Safetensors.metadataKey {
        try readMetadata(&scanner)
      } else {
        entries.append(try Self.entry(named: name, &scanner))
      }
    }
    try scanner.end()
  }

  private mutating func readMetadata(_ scanner: inout HeaderScanner) throws(SafetensorsFault) {
    try scanner.object { key, scanner throws(SafetensorsFault) in
      guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
        throw .duplicateName(key)
      }
    }
  }

  private static func entry(
    named name: String, _ scanner: inout HeaderScanner
  ) throws(SafetensorsFault) -> Entry {
    var scalarType: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { key, scanner throws(SafetensorsFault) in
      switch key {
      case "dtype" where scalarType == nil: scalarType = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.wholeNumbers()
      case "data_offsets" where offsets == nil: offsets = try scanner.wholeNumbers()
      default: throw scanner.fault("'\(key)' is unknown or occurs twice in tensor '\(name)'")
      }
    }
    guard let scalarType, let shape, let offsets, offsets.count == 2 else {
      throw scanner.fault("tensor '\(name)' lacks its dtype, its shape or its two data_offsets")
    }
    return Entry(
      name: name, scalarType: scalarType, shape: shape, start: offsets[0], end: offsets[1])
  }
}
