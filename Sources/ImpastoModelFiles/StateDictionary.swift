import Foundation

/// The tensors of a pickled state dict by name, their numbers not yet found.
struct StateDictionary {
  private var tensors: [String: PickleObjects.Tensor] = [:]
  private let objects: PickleObjects
  private var visits = 0

  private static let depthLimit = 32
  /// A pickle can refer to one dictionary many times, to a power of the depth.
  private static let visitLimit = 1_000_000

  /// Collects the tensors of the dictionary `root`, or of the one under its key `state_dict`.
  init(_ root: PickleValue, _ objects: PickleObjects) throws(PyTorchFault) {
    self.objects = objects
    guard case .dictionary(let index) = root else { throw .noTensors }
    let wrapped = objects.dictionaries[index].first { $0.key == .text("state_dict") }
    if case .dictionary(let inner) = wrapped?.value {
      try collect(inner, prefix: "", depth: 0)
    } else {
      try collect(index, prefix: "", depth: 0)
    }
    guard !tensors.isEmpty else { throw .noTensors }
  }

  private mutating func collect(
    _ dictionary: Int, prefix: String, depth: Int
  ) throws(PyTorchFault) {
    guard depth < Self.depthLimit else { throw .tooDeeplyNested }
    for (key, value) in objects.dictionaries[dictionary] {
      visits += 1
      guard visits <= Self.visitLimit else { throw .tooDeeplyNested }
      let name: String
      switch key {
      case .text(let text): name = prefix + text
      case .integer(let number): name = prefix + String(number)
      default: continue
      }
      switch value {
      case .dictionary(let inner): try collect(inner, prefix: name + ".", depth: depth + 1)
      case .tensor(let index):
        guard let tensor = objects.tensors[index] else { continue }
        guard tensors.updateValue(tensor, forKey: name) == nil else { throw .duplicateName(name) }
      default: continue
      }
    }
  }

  /// The keys of the storages that the tensors need, sorted.
  var storageKeys: [String] {
    Set(tensors.values.map { objects.storages[$0.storage].key }).sorted()
  }

  /// Joins the tensors with their numbers.
  ///
  /// - Parameter storages: The bytes of each storage, by key.
  func tensors(_ storages: [String: Data]) throws(PyTorchFault) -> [String: StoredTensor] {
    var result: [String: StoredTensor] = [:]
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let storage = objects.storages[tensor.storage]
      guard let bytes = storages[storage.key] else { throw .missingStorage(storage.key) }
      guard bytes.count == storage.byteCount else {
        throw .wrongStorageSize(
          expected: storage.byteCount, found: bytes.count, storage: storage.key)
      }
      result[name] = StoredTensor(
        scalarType: storage.scalarType, layout: tensor.layout, storage: bytes)
    }
    return result
  }
}
