import Foundation

/// The tensors of a pickled state dict by name, their numbers not yet found.
struct StateDictionary {
  private var tensors: [String: PickleObjects.Tensor] = [:]
  private let objects: PickleObjects
  private var visits = 0

  private static let depthLimit = 32
  /// A pickle can refer to one dictionary many times, to a power of the depth.
  private static let visitLimit = 1_000_000

  private static let nameLimit = 1000
  /// A file can show one storage as any number of tensors.
  private static let numberLimit = 1 << 28

  /// Collects the tensors of the dictionary `root`, or of the one under its key `state_dict` or
  /// `model`.
  init(_ root: PickleValue, _ objects: PickleObjects) throws(PyTorchFault) {
    self.objects = objects
    guard case .dictionary(let index) = root else { throw .noTensors }
    try collect(Self.wrapped(in: objects.dictionaries[index]) ?? index, prefix: "", depth: 0)
    guard !tensors.isEmpty else { throw .noTensors }
    var count = 0
    for tensor in tensors.values {
      count += min(checkedProduct(tensor.layout.extents) ?? .max, Self.numberLimit + 1)
      guard count <= Self.numberLimit else { throw .tooManyNumbers(limit: Self.numberLimit) }
    }
    if tensors.keys.allSatisfy({ $0.hasPrefix(Self.parallelPrefix) }) {
      tensors = Dictionary(
        uniqueKeysWithValues: tensors.map {
          (String($0.key.dropFirst(Self.parallelPrefix.count)), $0.value)
        })
    }
  }

  /// The prefix that PyTorch's `DataParallel` puts before the names of a network's tensors.
  private static let parallelPrefix = "module."

  /// The dictionary that a training script keeps the network's tensors in, beside other things.
  private static func wrapped(in dictionary: [(key: PickleValue, value: PickleValue)]) -> Int? {
    for key in ["state_dict", "model"] {
      let value = dictionary.first { $0.key == .text(key) }?.value
      if case .dictionary(let inner) = value { return inner }
    }
    return nil
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
      guard name.utf8.count <= Self.nameLimit else { throw .nameTooLong(limit: Self.nameLimit) }
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
