import Foundation

/// The form before PyTorch 1.6: five pickles, then the storages end to end.
extension PyTorchFile {
  /// 0x1950A86A20F9469CFC6C, the number in the first pickle.
  private static let magicNumber = Data([
    0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
  ])
  private static let version = 1001

  /// Reads a state dict from a stream.
  static func readStream(_ bytes: Data) throws(PyTorchFault) -> [String: StoredTensor] {
    var reader = PickleReader(bytes)
    // Any other file fails here first, so that the fault is not one of pickles.
    guard bytes.first == PickleOperation.proto.rawValue,
      try reader.next() == .wideInteger(magicNumber)
    else { throw .unknownForm }
    guard case .integer(let version) = try reader.next() else { throw .unknownForm }
    guard version == Self.version else { throw .unknownVersion(version) }
    try checkByteOrder(try reader.next(), reader)
    let root = try reader.next()
    guard case .list(let index) = try reader.next() else { throw .unknownForm }
    let storages = try storages(reader.objects.sequences[index], reader)
    return try StateDictionary(root, reader.objects).tensors(storages)
  }

  private static func checkByteOrder(
    _ system: PickleValue, _ reader: PickleReader
  ) throws(PyTorchFault) {
    guard case .dictionary(let index) = system else { throw .unknownForm }
    let facts = reader.objects.dictionaries[index]
    guard !facts.contains(where: { $0 == (.text("little_endian"), .boolean(false)) }) else {
      throw .bigEndian
    }
  }

  /// The bytes of the storages, which stand in the order of `keys`, each after its count.
  private static func storages(
    _ keys: [PickleValue], _ reader: PickleReader
  ) throws(PyTorchFault) -> [String: Data] {
    var declared: [String: PickleObjects.Storage] = [:]
    for storage in reader.objects.storages { declared[storage.key] = storage }
    var rest = reader.rest
    var storages: [String: Data] = [:]
    for value in keys {
      guard case .text(let key) = value, let storage = declared[key] else { throw .unknownForm }
      guard let count = rest.integer(UInt64.self) else { throw .truncatedStorage(key) }
      guard count == storage.count else {
        let found = Int(clamping: count).multipliedReportingOverflow(by: storage.scalarType.size)
        throw .wrongStorageSize(
          expected: storage.byteCount, found: found.overflow ? .max : found.partialValue,
          storage: key)
      }
      guard let bytes = rest.bytes(storage.byteCount) else { throw .truncatedStorage(key) }
      storages[key] = bytes
    }
    return storages
  }
}
