/// A fault of a file of PyTorch weights.
///
/// `byte` is an offset in the pickle that describes the tensors; storages are called by their keys.
public enum PyTorchFault: Error, Equatable, Sendable {
  /// The file is neither of the two forms that `torch.save` writes.
  case unknownForm
  /// The file's form has another version than the one read.
  case unknownVersion(Int)
  /// The file was written on a machine that stores the highest byte first.
  case bigEndian
  /// The archive does not have exactly one `data.pkl`, which `torch.save` puts there.
  case noPickle
  /// The description of the tensors breaks off.
  case truncatedPickle(byte: Int)
  /// The description of the tensors uses an operation that is not read.
  case unknownOperation(code: UInt8, byte: Int)
  /// The description of the tensors is not valid, for the reason given.
  case invalidPickle(reason: String, byte: Int)
  /// The file is a tar archive, as PyTorch's first releases wrote.
  case tarArchive
  /// The description of the tensors repeats its parts to more items than are kept.
  case tooManyItems(limit: Int)
  /// The tensors together hold more numbers than are read.
  case tooManyNumbers(limit: Int)
  /// A tensor's name is longer than any that is read.
  case nameTooLong(limit: Int)
  /// The description of the tensors has more steps than are followed.
  case tooManySteps(limit: Int)
  /// The file names a function or class, the value, that no tensor needs; malicious files do so to
  /// run commands.
  case asksForCode(String)
  /// The file has a storage of a type, the value, that is not read.
  case unsupportedStorage(String)
  /// A tensor lies outside its storage, or repeats parts of it.
  case invalidLayout(shape: [Int], storage: String)
  /// The numbers of a storage are missing.
  case missingStorage(String)
  /// A storage has another size than the tensors say.
  case wrongStorageSize(expected: Int, found: Int, storage: String)
  /// The file ends before the numbers of a storage do.
  case truncatedStorage(String)
  /// The file's dictionaries are nested more deeply, or more often, than is followed.
  case tooDeeplyNested
  /// Two tensors have one name.
  case duplicateName(String)
  /// The file holds no named tensor.
  case noTensors
}

extension PyTorchFault: CustomStringConvertible {
  /// The fault, expected and found, and the remedy.
  public var description: String {
    switch self {
    case .unknownForm:
      "not a PyTorch file (neither a zip archive nor a torch.save stream);"
        + " check that it is the right file"
    case .unknownVersion(let version):
      "a torch.save stream of version \(version), where 1001 is expected; save it again"
    case .bigEndian: "PyTorch weights in big-endian order; save them on another machine"
    case .noPickle:
      "a zip archive without the one 'data.pkl' that torch.save puts there;"
        + " check that it is the right file"
    case .truncatedPickle(let byte):
      "the PyTorch file's list of tensors breaks off at byte \(byte); \(damaged)"
    case .unknownOperation(let code, let byte):
      "the PyTorch file's list of tensors has the unknown operation \(code) at byte \(byte);"
        + " save it again as a plain state dict"
    case .invalidPickle(let reason, let byte):
      "the PyTorch file's list of tensors is wrong at byte \(byte): \(reason); \(damaged)"
    case .tarArchive:
      "PyTorch weights in a tar archive, as the first releases wrote, which are not read; load them"
        + " in PyTorch and save them again"
    case .tooManyItems(let limit):
      "the PyTorch file's list of tensors has more than \(limit) items;"
        + " save it again as a plain state dict"
    case .tooManyNumbers(let limit):
      "the PyTorch file's tensors have more than \(limit) numbers in all, which is more than are"
        + " read; save only the network's own"
    case .nameTooLong(let limit):
      "the PyTorch file has a tensor whose name is longer than \(limit) bytes;"
        + " save it again as a plain state dict"
    case .tooManySteps(let limit):
      "the PyTorch file's list of tensors has more than \(limit) steps;"
        + " save it again as a plain state dict"
    case .asksForCode(let function):
      "asks for code: \(function); only tensors are read; save it again as a plain state dict"
    case .unsupportedStorage(let type):
      "keeps numbers as \(type), which is not read; convert them to float first"
    case .invalidLayout(let shape, let storage):
      "a tensor of shape \(shape) does not fit storage '\(storage)' of the PyTorch file; \(damaged)"
    case .missingStorage(let storage):
      "the PyTorch file lacks its storage '\(storage)'; \(damaged)"
    case .wrongStorageSize(let expected, let found, let storage):
      "storage '\(storage)' of the PyTorch file has \(found) bytes, where \(expected) are expected;"
        + " \(damaged)"
    case .truncatedStorage(let storage):
      "the PyTorch file breaks off in its storage '\(storage)'; \(damaged)"
    case .tooDeeplyNested:
      "the PyTorch file's dictionaries lie too deep in one another;"
        + " save it again as a plain state dict"
    case .duplicateName(let name):
      "the PyTorch file names tensor '\(name)' twice; save it again as a plain state dict"
    case .noTensors: "the PyTorch file holds no named tensor; save a state dict"
    }
  }
}
