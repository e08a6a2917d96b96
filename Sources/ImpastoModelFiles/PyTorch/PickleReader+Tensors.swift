/// The results of the allowed functions and classes of Python.
extension PickleReader {
  /// The value of a call.
  mutating func call(
    _ function: PickleGlobal, _ arguments: [PickleValue]
  ) throws(PyTorchFault) -> PickleValue {
    switch function {
    case .orderedDictionary:
      let pairs = try pairs(arguments.first)
      copiedItems += pairs.count
      guard copiedItems <= Self.copyLimit else { throw .tooManyItems(limit: Self.copyLimit) }
      return .dictionary(PickleObjects.add(pairs, to: &objects.dictionaries))
    case .rebuildTensor: return try tensor(arguments)
    case .parameter where arguments.isEmpty:
      return .tensor(PickleObjects.add(nil, to: &objects.tensors))
    case .rebuildParameter, .parameter:
      guard case .tensor = arguments.first, let tensor = arguments.first else {
        throw fault("a parameter of no tensor")
      }
      return tensor
    case .storage, .scalarType: throw fault("a call of a type")
    }
  }

  /// Gives an object the state that it had when it was saved.
  ///
  /// Dictionaries carry the versions of modules there, which say nothing about tensors. The
  /// parameters of PyTorch's first releases carry their tensor there.
  mutating func build(_ object: PickleValue, _ state: PickleValue) throws(PyTorchFault) {
    switch object {
    case .dictionary: break
    case .tensor(let index):
      guard objects.tensors[index] == nil,
        case .tensor(let data) = try items(ofTuple: state).first
      else { throw fault("a state that is no tensor's") }
      objects.tensors[index] = objects.tensors[data]
    default: throw fault("a state for what has none")
    }
  }

  /// The storage that a persistent identifier stands for: `('storage', type, key, place, count)`.
  mutating func storage(_ identifier: PickleValue) throws(PyTorchFault) -> PickleValue {
    let items = try items(ofTuple: identifier)
    guard items.count == 5 || items.count == 6 && items[5] == .none, items[0] == .text("storage"),
      case .global(.storage(let type)) = items[1], case .text(let key) = items[2],
      case .integer(let count) = items[4], 0...Int.max / type.size ~= count
    else { throw fault("an object that is no storage") }
    let storage = PickleObjects.Storage(key: key, scalarType: type, count: count)
    return .storage(PickleObjects.add(storage, to: &objects.storages))
  }

  /// The tensor of the arguments `(storage, offset, shape, strides, …)`.
  private mutating func tensor(_ arguments: [PickleValue]) throws(PyTorchFault) -> PickleValue {
    guard arguments.count >= 4, case .storage(let index) = arguments[0],
      case .integer(let offset) = arguments[1]
    else { throw fault("a tensor without storage or place") }
    let shape = try integers(arguments[2])
    let storage = objects.storages[index]
    guard
      let layout = StridedLayout(
        offset: offset, extents: shape, strides: try integers(arguments[3]),
        storageCount: storage.count)
    else { throw .invalidLayout(shape: shape, storage: storage.key) }
    let tensor = PickleObjects.Tensor(storage: index, layout: layout)
    return .tensor(PickleObjects.add(tensor, to: &objects.tensors))
  }

  private func integers(_ tuple: PickleValue) throws(PyTorchFault) -> [Int] {
    let items = try items(ofTuple: tuple)
    guard items.count <= Self.rankLimit else { throw fault("more axes than tensors have") }
    var integers: [Int] = []
    for item in items {
      guard case .integer(let integer) = item else { throw fault("a whole number is expected") }
      integers.append(integer)
    }
    return integers
  }

  /// The pairs of an ordered dictionary, which Python 2 passes as a list of lists.
  private func pairs(
    _ list: PickleValue?
  ) throws(PyTorchFault) -> [(key: PickleValue, value: PickleValue)] {
    guard let list else { return [] }
    guard case .list(let index) = list else { throw fault("a list of pairs is expected") }
    guard objects.sequences[index].count <= Self.copyLimit else {
      throw .tooManyItems(limit: Self.copyLimit)
    }
    var pairs: [(key: PickleValue, value: PickleValue)] = []
    for item in objects.sequences[index] {
      guard case .list(let index) = item, objects.sequences[index].count == 2 else {
        throw fault("a list of pairs is expected")
      }
      pairs.append((key: objects.sequences[index][0], value: objects.sequences[index][1]))
    }
    return pairs
  }
}
