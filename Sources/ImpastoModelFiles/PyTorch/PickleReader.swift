import Foundation

/// Follows Python's pickle language as far as it describes tensors, and never runs anything.
///
/// A pickle is a program for a small stack machine. Whatever it asks for besides plain values and
/// the names in ``PickleGlobal`` is refused.
struct PickleReader {
  private var reader: ByteReader
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var steps = 0
  /// The offset of the current operation.
  private var operationOffset = 0

  /// The objects that the values read so far refer to.
  var objects = PickleObjects()

  /// The pairs that were copied into ordered dictionaries: a few steps can ask for any number.
  var copiedItems = 0

  /// The most operations that are followed; a tensor takes about thirty.
  static let stepLimit = 2_000_000
  /// The most pairs that are copied in all.
  static let copyLimit = 1_000_000
  /// The most axes of a tensor, as PyTorch has it.
  static let rankLimit = 64

  /// Creates a reader of the pickles that stand one after another in `bytes`.
  init(_ bytes: Data) { reader = ByteReader(bytes) }

  /// The bytes after the pickles read so far.
  var rest: ByteReader { reader }

  /// Reads the next pickle.
  mutating func next() throws(PyTorchFault) -> PickleValue {
    (stack, marks, memo) = ([], [], [:])
    while true {
      operationOffset = reader.offset
      let code: UInt8 = try integer()
      guard let operation = PickleOperation(rawValue: code) else {
        throw .unknownOperation(code: code, byte: operationOffset)
      }
      steps += 1
      guard steps <= Self.stepLimit else { throw .tooManySteps(limit: Self.stepLimit) }
      if operation == .stop { return try pop() }
      try perform(operation)
    }
  }

  private mutating func perform(_ operation: PickleOperation) throws(PyTorchFault) {
    switch operation {
    case .proto:
      let version: UInt8 = try integer()
      guard 2...4 ~= version else { throw fault("protocol \(version), where 2 to 4 is expected") }
    case .frame: _ = try integer(UInt64.self)
    case .stop: break

    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popMarked()
    case .dup: push(try top())

    case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .long1, .binFloat,
      .binUnicode, .shortBinUnicode, .binUnicode8, .binString, .shortBinString, .binBytes,
      .shortBinBytes:
      push(try plainValue(operation))

    case .emptyTuple: pushTuple([])
    case .tuple: pushTuple(try popMarked())
    case .tuple1: pushTuple(try pop(1))
    case .tuple2: pushTuple(try pop(2))
    case .tuple3: pushTuple(try pop(3))
    case .emptyList: push(.list(PickleObjects.add([], to: &objects.sequences)))
    case .append: try append(try pop(1))
    case .appends: try append(try popMarked())
    case .emptyDict: push(.dictionary(PickleObjects.add([], to: &objects.dictionaries)))
    case .setItem: try setItems(try pop(2))
    case .setItems: try setItems(try popMarked())

    case .binPut: memo[Int(try integer(UInt8.self))] = try top()
    case .longBinPut: memo[Int(try integer(UInt32.self))] = try top()
    case .memoize: memo[memo.count] = try top()
    case .binGet: push(try memoized(Int(try integer(UInt8.self))))
    case .longBinGet: push(try memoized(Int(try integer(UInt32.self))))

    case .global:
      guard let module = reader.line(), let name = reader.line() else {
        throw .truncatedPickle(byte: reader.offset)
      }
      push(.global(try PickleGlobal(module: try text(module), name: try text(name))))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw fault("a name that is no text")
      }
      push(.global(try PickleGlobal(module: module, name: name)))
    case .newObject, .reduce:
      let arguments = try items(ofTuple: try pop())
      guard case .global(let function) = try pop() else { throw fault("a call of no function") }
      push(try call(function, arguments))
    case .build:
      let state = try pop()
      try build(try top(), state)
    case .binPersistentID: push(try storage(try pop()))
    }
  }
}

/// The parts of operations.
extension PickleReader {
  /// The fault of the operation being followed.
  func fault(_ reason: String) -> PyTorchFault {
    .invalidPickle(reason: reason, byte: operationOffset)
  }

  /// The items of a tuple.
  func items(ofTuple value: PickleValue) throws(PyTorchFault) -> [PickleValue] {
    guard case .tuple(let index) = value else { throw fault("a tuple is expected") }
    return objects.sequences[index]
  }

  private mutating func plainValue(
    _ operation: PickleOperation
  ) throws(PyTorchFault) -> PickleValue {
    switch operation {
    case .newTrue: return .boolean(true)
    case .newFalse: return .boolean(false)
    case .binInt: return .integer(Int(try integer(Int32.self)))
    case .binInt1: return .integer(Int(try integer(UInt8.self)))
    case .binInt2: return .integer(Int(try integer(UInt16.self)))
    case .long1: return Self.integer(try bytes(Int(try integer(UInt8.self))))
    case .binFloat: return .real(Double(bitPattern: try integer(UInt64.self).byteSwapped))
    case .binUnicode, .binString: return .text(try text(try bytes(try integer(UInt32.self))))
    case .shortBinUnicode, .shortBinString:
      return .text(try text(try bytes(try integer(UInt8.self))))
    case .binUnicode8: return .text(try text(try bytes(try integer(UInt64.self))))
    case .binBytes: return .bytes(try bytes(try integer(UInt32.self)))
    case .shortBinBytes: return .bytes(try bytes(try integer(UInt8.self)))
    default: return .none
    }
  }

  /// The two's complement number whose little-endian bytes are `bytes`.
  private static func integer(_ bytes: Data) -> PickleValue {
    guard bytes.count <= MemoryLayout<Int>.size else { return .wideInteger(bytes) }
    var value = bytes.last.map { $0 & 0x80 } == 0x80 ? -1 : 0
    for byte in bytes.reversed() { value = value << 8 | Int(byte) }
    return .integer(value)
  }

  private mutating func integer<Integer: FixedWidthInteger>(
    _: Integer.Type = Integer.self
  ) throws(PyTorchFault) -> Integer {
    guard let value = reader.integer(Integer.self) else {
      throw .truncatedPickle(byte: reader.offset)
    }
    return value
  }

  private mutating func bytes(_ count: some BinaryInteger) throws(PyTorchFault) -> Data {
    guard let count = Int(exactly: count), let bytes = reader.bytes(count) else {
      throw .truncatedPickle(byte: reader.offset)
    }
    return bytes
  }

  private func text(_ bytes: Data) throws(PyTorchFault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw fault("text that is not UTF-8")
    }
    return text
  }

  private mutating func push(_ value: PickleValue) { stack.append(value) }

  private mutating func pushTuple(_ items: [PickleValue]) {
    push(.tuple(PickleObjects.add(items, to: &objects.sequences)))
  }

  private func top() throws(PyTorchFault) -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else {
      throw fault("a value is expected")
    }
    return value
  }

  private mutating func pop() throws(PyTorchFault) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws(PyTorchFault) -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw fault("a value is expected") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popMarked() throws(PyTorchFault) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fault("a mark is expected") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func memoized(_ index: Int) throws(PyTorchFault) -> PickleValue {
    guard let value = memo[index] else { throw fault("a value that was never kept") }
    return value
  }

  private mutating func append(_ items: [PickleValue]) throws(PyTorchFault) {
    guard case .list(let index) = try top() else { throw fault("a list is expected") }
    objects.sequences[index] += items
  }

  private mutating func setItems(_ items: [PickleValue]) throws(PyTorchFault) {
    guard case .dictionary(let index) = try top(), items.count.isMultiple(of: 2) else {
      throw fault("a dictionary and pairs for it are expected")
    }
    for pair in stride(from: 0, to: items.count, by: 2) {
      objects.dictionaries[index].append((key: items[pair], value: items[pair + 1]))
    }
  }
}
