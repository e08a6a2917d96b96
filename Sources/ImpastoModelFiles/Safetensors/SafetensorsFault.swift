/// A fault of a safetensors file.
public enum SafetensorsFault: Error, Equatable, Sendable {
  /// The file ends before the length of its header does.
  case noHeader(byteCount: Int)
  /// The header is, or claims to be, longer than the format allows.
  case headerTooLong(length: UInt64)
  /// The header claims to end after the file does.
  case headerPastEnd(length: Int, available: Int)
  /// The header is not the JSON that the format asks for, from byte `byte` of the header on.
  case invalidHeader(reason: String, byte: Int)
  /// Two tensors, or two facts of the metadata, have one name.
  case duplicateName(String)
  /// A tensor is of a type that the format does not know.
  case unknownScalarType(String, tensor: String)
  /// A tensor is of a type that is not read.
  case unsupportedScalarType(String, tensor: String)
  /// A tensor's extents multiply to more than can be counted.
  case shapeTooLarge([Int], tensor: String)
  /// A tensor's range of bytes ends before it starts, or after the data does.
  case rangeOutOfBounds(start: Int, end: Int, available: Int, tensor: String)
  /// A tensor's shape and type need another number of bytes than its range has.
  case wrongByteCount(expected: Int, found: Int, tensor: String)
  /// Two tensors claim the same bytes.
  case overlap(first: String, second: String)
  /// Bytes of the data belong to no tensor.
  case unclaimedBytes(start: Int, end: Int)
  /// A tensor to be written has the name of the metadata.
  case reservedName(String)
}

extension SafetensorsFault: CustomStringConvertible {
  /// The fault, expected and found, and the remedy.
  public var description: String {
    switch self {
    case .noHeader(let byteCount):
      "\(byteCount) bytes are too few for a safetensors file; \(damaged)"
    case .headerTooLong(let length):
      "a safetensors header of \(length) bytes, where \(Safetensors.headerLimit) are allowed;"
        + " check that it is a safetensors file"
    case .headerPastEnd(let length, let available):
      "a safetensors header of \(length) bytes, where \(available) follow; \(damaged)"
    case .invalidHeader(let reason, let byte):
      "the safetensors header is wrong at byte \(byte): \(reason); \(damaged)"
    case .duplicateName(let name):
      "the safetensors header names '\(name)' twice; write the file again"
    case .unknownScalarType(let type, let tensor):
      "tensor '\(tensor)' is of the unknown type '\(type)'; \(damaged)"
    case .unsupportedScalarType(let type, let tensor):
      "tensor '\(tensor)' is of type \(type), where F32, BF16, F16 or F64 is expected;"
        + " convert it first"
    case .shapeTooLarge(let shape, let tensor):
      "tensor '\(tensor)' claims the impossible shape \(shape); \(damaged)"
    case .rangeOutOfBounds(let start, let end, let available, let tensor):
      "tensor '\(tensor)' claims bytes \(start) to \(end) of \(available); \(damaged)"
    case .wrongByteCount(let expected, let found, let tensor):
      "tensor '\(tensor)' needs \(expected) bytes and claims \(found); \(damaged)"
    case .overlap(let first, let second):
      "tensors '\(first)' and '\(second)' claim the same bytes; write the file again"
    case .unclaimedBytes(let start, let end):
      "no tensor claims bytes \(start) to \(end) of the data; \(damaged)"
    case .reservedName(let name):
      "'\(name)' is the name of the metadata; give the tensor another"
    }
  }
}
