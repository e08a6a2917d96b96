import Foundation

/// A Python object that a pickle of tensors may hold.
///
/// Objects that contain others are indices into ``PickleObjects``, so that no pickle can make a
/// chain of references too long to release.
enum PickleValue: Equatable {
  case none
  case boolean(Bool)
  case integer(Int)
  /// An integer too wide for `Int`: its little-endian bytes.
  case wideInteger(Data)
  case real(Double)
  case text(String)
  case bytes(Data)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case storage(Int)
  case tensor(Int)
  case global(PickleGlobal)
}

/// The Python functions and classes that a pickle of tensors may name; none of them is ever run.
enum PickleGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case parameter
  case storage(StoredScalarType)
  case scalarType

  /// Looks up a name, which must be one that tensors need.
  init(module: String, name: String) throws(PyTorchFault) {
    let path = "\(module).\(name)"
    switch path {
    case "collections.OrderedDict": self = .orderedDictionary
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2": self = .rebuildTensor
    case "torch._utils._rebuild_parameter": self = .rebuildParameter
    case "torch.nn.parameter.Parameter": self = .parameter
    case _ where module == "torch" && StoredScalarType(rawValue: name) != nil: self = .scalarType
    case _ where name.hasSuffix("Storage") && Self.storageModules.contains(module):
      guard let type = Self.storages[name] else { throw .unsupportedStorage(path) }
      self = .storage(type)
    default: throw .asksForCode(path)
    }
  }

  private static let storageModules: Set<String> = ["torch", "torch.cuda", "torch.storage"]

  private static let storages: [String: StoredScalarType] = [
    "ByteStorage": .uint8, "CharStorage": .int8, "ShortStorage": .int16, "IntStorage": .int32,
    "LongStorage": .int64, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "FloatStorage": .float32, "DoubleStorage": .float64,
  ]
}

/// The objects of a pickle that contain others, each found by its index.
struct PickleObjects {
  /// The numbers that tensors are views of.
  struct Storage: Equatable {
    let key: String
    let scalarType: StoredScalarType
    let count: Int

    /// The bytes that the scalars take; `count` was checked when the storage was read.
    var byteCount: Int { count * scalarType.size }
  }

  /// A view of a storage.
  struct Tensor {
    let storage: Int
    let layout: StridedLayout
  }

  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [Storage] = []
  /// The tensors; `nil` where a parameter was created and never filled.
  var tensors: [Tensor?] = []

  /// Adds an object and returns its index.
  static func add<Object>(_ object: Object, to objects: inout [Object]) -> Int {
    objects.append(object)
    return objects.count - 1
  }
}
