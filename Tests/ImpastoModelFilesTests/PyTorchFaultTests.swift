import Foundation
import ImpastoModelFiles
import TestSupport
import Testing

@Suite struct PyTorchFaultTests {
  private static let remedy = "the file is damaged or incomplete; copy or download it again"
  private static let saveAgain = "save it again as a plain state dict"

  /// The bytes that follow the description of the object in a stream without storages.
  private static let endLength = 7

  private static let nestedTuples: [UInt8] = [0x29] + [UInt8](repeating: 0x85, count: 100_000)

  private func text(of bytes: Data) -> String? {
    let error = #expect(throws: ModelFileError.self) {
      try PyTorchFile.read(bytes, name: "w.pth")
    }
    return error?.description
  }

  @Test(arguments: ["code-stream.pth", "code-archive.pth"])
  func `a file that would run a command is refused, and the command named`(file: String) throws {
    #expect(
      text(of: try Fixture.bytes(file))
        == "w.pth: asks for code: posix.system; only tensors are read; \(Self.saveAgain)")
  }

  @Test(arguments: [
    ("__builtin__", "eval"), ("builtins", "exec"), ("torch", "load"), ("torch._utils", "os"),
    ("torch.jit", "FloatStorage"), ("numpy.core.multiarray", "_reconstruct"),
  ])
  func `a name that no tensor needs is refused`(module: String, name: String) {
    let object = PyTorchStream.global(module, name, then: PyTorchStream.text("1") + [0x85, 0x52])
    #expect(
      text(of: PyTorchStream.bytes(object))
        == "w.pth: asks for code: \(module).\(name); only tensors are read; \(Self.saveAgain)")
  }

  @Test func `numbers of another type are refused by name`() throws {
    #expect(
      text(of: try Fixture.bytes("boolean.pth"))
        == "w.pth: keeps numbers as torch.BoolStorage, which is not read;"
        + " convert them to float first")
  }

  @Test func `files of other forms are told apart`() throws {
    let other =
      "w.pth: not a PyTorch file (neither a zip archive nor a torch.save stream);"
      + " check that it is the right file"
    #expect(text(of: Data("hello".utf8)) == other)
    #expect(text(of: try Fixture.bytes("types.safetensors")) == other)
    #expect(
      text(of: try Fixture.bytes("members.zip"))
        == "w.pth: a zip archive without the one 'data.pkl' that torch.save puts there;"
        + " check that it is the right file")
    #expect(
      text(of: PyTorchStream.bytes([0x7D], version: [0x4B, 7]))
        == "w.pth: a torch.save stream of version 7, where 1001 is expected; save it again")
    let bigEndian = PyTorchStream.dictionary([("little_endian", [0x89])])
    #expect(
      text(of: PyTorchStream.bytes([0x7D], system: bigEndian))
        == "w.pth: PyTorch weights in big-endian order; save them on another machine")
  }

  @Test(
    arguments: [
      ([], [0x30], "a value is expected"),
      ([], [0x74], "a mark is expected"),
      ([0x4E, 0x28], [0x30], "a value is expected"),
      ([0x4E, 0x85], [0x86], "a value is expected"),
      ([], [0x68, 5], "a value that was never kept"),
      ([], [0x58, 1, 0, 0, 0, 0xFF], "text that is not UTF-8"),
      ([], [0x80, 9], "protocol 9, where 2 to 4 is expected"),
      ([0x4E, 0x4E], [0x61], "a list is expected"),
      ([0x4E, 0x4E, 0x4E], [0x73], "a dictionary and pairs for it are expected"),
      ([0x7D, 0x28, 0x4E], [0x75], "a dictionary and pairs for it are expected"),
      ([0x4E, 0x29], [0x52], "a call of no function"),
      ([0x4E, 0x4E], [0x52], "a tuple is expected"),
      ([0x4E, 0x4E], [0x93], "a name that is no text"),
      ([0x4E, 0x4E], [0x62], "a state for what has none"),
      (PyTorchStream.global("torch", "FloatStorage", then: [0x29]), [0x52], "a call of a type"),
      (PyTorchStream.global("torch", "float32", then: [0x29]), [0x81], "a call of a type"),
      (
        PyTorchStream.global("collections", "OrderedDict", then: [0x4E, 0x85]), [0x52],
        "a list of pairs is expected"
      ),
      (
        PyTorchStream.global("torch._utils", "_rebuild_parameter", then: [0x29]), [0x52],
        "a parameter of no tensor"
      ),
      (
        PyTorchStream.global("torch._utils", "_rebuild_tensor_v2", then: [0x29]), [0x52],
        "a tensor without storage or place"
      ),
      (
        PyTorchStream.global("torch.nn.parameter", "Parameter", then: [0x29, 0x81, 0x29]), [0x62],
        "a state that is no tensor's"
      ),
      (
        PyTorchStream.tuple([PyTorchStream.text("module")]), [0x51],
        "an object that is no storage"
      ),
      (
        PyTorchStream.storage("0", count: -1).dropLast(), [0x51], "an object that is no storage"
      ),
      (
        PyTorchStream.storage("0", count: .max).dropLast(), [0x51],
        "an object that is no storage"
      ),
    ] as [([UInt8], [UInt8], String)])
  func `a list of tensors that makes no sense is told by byte`(
    before: [UInt8], operation: [UInt8], reason: String
  ) {
    let byte = PyTorchStream.bytes([]).count - Self.endLength + before.count
    #expect(
      text(of: PyTorchStream.bytes(before + operation))
        == "w.pth: the PyTorch file's list of tensors is wrong at byte \(byte): \(reason);"
        + " \(Self.remedy)")
  }

  @Test(
    arguments: [
      (shape: [2], strides: [1], offset: 3),
      (shape: [5], strides: [1], offset: 0),
      (shape: [2, 2], strides: [3, 1], offset: 0),
      (shape: [2], strides: [Int.max], offset: 1),
      (shape: [1 << 32, 1 << 32], strides: [1, 1], offset: 0),
      (shape: [1 << 40], strides: [0], offset: 0),
      (shape: [-1], strides: [1], offset: 0),
      (shape: [2], strides: [-1], offset: 1),
      (shape: [1], strides: [1], offset: -1),
      (shape: [1], strides: [], offset: 0),
    ] as [(shape: [Int], strides: [Int], offset: Int)])
  func `a tensor outside its storage is refused`(shape: [Int], strides: [Int], offset: Int) {
    let tensor = PyTorchStream.tensor(
      PyTorchStream.storage("7", count: 4), offset: offset, shape: shape, strides: strides)
    let bytes = PyTorchStream.bytes(
      PyTorchStream.dictionary([("a", tensor)]),
      storages: [(key: "7", count: 4, bytes: [UInt8](repeating: 0, count: 16))])
    #expect(
      text(of: bytes)
        == "w.pth: a tensor of shape \(shape) does not fit storage '7' of the PyTorch file;"
        + " \(Self.remedy)")
  }

  @Test(
    arguments: [
      ([], "the PyTorch file lacks its storage '7'; \(remedy)"),
      (
        [(key: "7", count: 4, bytes: [0, 0, 0])],
        "the PyTorch file breaks off in its storage '7'; \(remedy)"
      ),
      (
        [(key: "7", count: 3, bytes: [UInt8](repeating: 0, count: 12))],
        "storage '7' of the PyTorch file has 12 bytes, where 16 are expected; \(remedy)"
      ),
      (
        [(key: "7", count: .max, bytes: [])],
        "storage '7' of the PyTorch file has 9223372036854775807 bytes, where 16 are expected;"
          + " \(remedy)"
      ),
    ] as [([(key: String, count: UInt64, bytes: [UInt8])], String)])
  func `a storage that is not as the tensors say is told by key`(
    storages: [(key: String, count: UInt64, bytes: [UInt8])], fault: String
  ) {
    let tensor = PyTorchStream.tensor(
      PyTorchStream.storage("7", count: 4), shape: [4], strides: [1])
    let object = PyTorchStream.dictionary([("a", tensor)])
    #expect(text(of: PyTorchStream.bytes(object, storages: storages)) == "w.pth: \(fault)")
  }

  @Test func `two tensors of one name are refused`() {
    let tensor = PyTorchStream.tensor(
      PyTorchStream.storage("7", count: 1), shape: [1], strides: [1])
    let object = PyTorchStream.dictionary([
      ("a.b", tensor), ("a", PyTorchStream.dictionary([("b", tensor)])),
    ])
    let bytes = PyTorchStream.bytes(
      object, storages: [(key: "7", count: 1, bytes: [0, 0, 0, 0])])
    #expect(
      text(of: bytes)
        == "w.pth: the PyTorch file names tensor 'a.b' twice; \(Self.saveAgain)")
  }

  @Test(
    arguments: [
      [0x4E], [0x7D], PyTorchStream.text("weights"),
      PyTorchStream.dictionary([("a", PyTorchStream.text("b"))]),
      // A list that holds itself, and a hundred thousand tuples in one another.
      [0x5D, 0x32, 0x61], nestedTuples,
    ] as [[UInt8]])
  func `a file without tensors is refused`(object: [UInt8]) {
    #expect(
      text(of: PyTorchStream.bytes(object))
        == "w.pth: the PyTorch file holds no named tensor; save a state dict")
  }

  @Test func `dictionaries that hold themselves are not followed for ever`() {
    let tooDeep =
      "w.pth: the PyTorch file's dictionaries lie too deep in one another; \(Self.saveAgain)"
    var selfHolding: [UInt8] = [0x7D, 0x71, 0]
    selfHolding += PyTorchStream.text("a")
    selfHolding += [0x68, 0, 0x73]
    #expect(text(of: PyTorchStream.bytes(selfHolding)) == tooDeep)
    // Each dictionary holds the one before it twice: two to the 30th in all.
    var doubling: [UInt8] = [0x7D, 0x71, 0]
    for _ in 0..<30 {
      doubling += [0x7D, 0x28]
      doubling += PyTorchStream.text("a")
      doubling += [0x68, 0]
      doubling += PyTorchStream.text("b")
      doubling += [0x68, 0, 0x75, 0x71, 0]
    }
    #expect(text(of: PyTorchStream.bytes(doubling)) == tooDeep)
  }

  @Test func `a list of tensors without end is given up`() {
    let object = [UInt8](repeating: 0x29, count: 2_000_001)
    #expect(
      text(of: PyTorchStream.bytes(object))
        == "w.pth: the PyTorch file's list of tensors has more than 2000000 steps;"
        + " \(Self.saveAgain)")
  }

  @Test func `a dictionary that is copied again and again is given up`() {
    var object: [UInt8] = [0x5D, 0x71, 0, 0x28]
    for _ in 0..<1001 { object += [0x5D, 0x28, 0x4E, 0x4E, 0x65] }
    object += [0x65]
    for _ in 0..<1000 {
      object += PyTorchStream.global(
        "collections", "OrderedDict", then: [0x68, 0, 0x85, 0x52, 0x30])
    }
    #expect(
      text(of: PyTorchStream.bytes(object))
        == "w.pth: the PyTorch file's list of tensors has more than 1000000 items;"
        + " \(Self.saveAgain)")
  }

  @Test func `a storage that is shown as a thousand tensors is given up`() {
    var tensors: [(key: String, value: [UInt8])] = []
    for index in 0..<1000 {
      let storage = PyTorchStream.storage("7", count: 1 << 20)
      tensors.append(
        ("t\(index)", PyTorchStream.tensor(storage, shape: [1 << 20], strides: [1])))
    }
    #expect(
      text(of: PyTorchStream.bytes(PyTorchStream.dictionary(tensors)))
        == "w.pth: the PyTorch file's tensors have more than 268435456 numbers in all, which is"
        + " more than are read; save only the network's own")
  }

  @Test func `storages that claim terabytes are refused before memory is asked for`() {
    let storage = PyTorchStream.storage("7", count: 1 << 43)
    let tensor = PyTorchStream.tensor(storage, shape: [4], strides: [1])
    #expect(
      text(
        of: PyTorchStream.bytes(
          PyTorchStream.dictionary([("a", tensor)]),
          storages: [(key: "7", count: 1 << 43, bytes: [0, 0, 0, 0])]))
        == "w.pth: the PyTorch file breaks off in its storage '7'; \(Self.remedy)")
  }

  @Test func `names and shapes longer than any are refused`() {
    let long = String(repeating: "n", count: 1001)
    let tensor = PyTorchStream.tensor(
      PyTorchStream.storage("7", count: 1), shape: [1], strides: [1])
    #expect(
      text(of: PyTorchStream.bytes(PyTorchStream.dictionary([(long, tensor)])))
        == "w.pth: the PyTorch file has a tensor whose name is longer than 1000 bytes;"
        + " \(Self.saveAgain)")
    let axes = [Int](repeating: 1, count: 65)
    let deep = PyTorchStream.tensor(
      PyTorchStream.storage("7", count: 1), shape: axes, strides: axes)
    let reason = text(of: PyTorchStream.bytes(PyTorchStream.dictionary([("a", deep)])))
    #expect(reason?.hasSuffix(": more axes than tensors have; \(Self.remedy)") == true)
  }

  @Test func `a tar archive of PyTorch's first releases is refused by name`() {
    let bytes = Data(count: 257) + Data("ustar".utf8) + Data(count: 250)
    #expect(
      text(of: bytes)
        == "w.pth: PyTorch weights in a tar archive, as the first releases wrote, which are not"
        + " read; load them in PyTorch and save them again")
  }

  @Test func `an operation that describes no tensor is refused`() {
    let byte = PyTorchStream.bytes([]).count - Self.endLength
    #expect(
      text(of: PyTorchStream.bytes([0x49]))
        == "w.pth: the PyTorch file's list of tensors has the unknown operation 73 at byte"
        + " \(byte); \(Self.saveAgain)")
  }

  @Test func `an ordered dictionary of Python 2 is read`() throws {
    let tensor = PyTorchStream.tensor(
      PyTorchStream.storage("7", count: 2), offset: 1, shape: [1], strides: [Int.max])
    var object = PyTorchStream.global(
      "collections", "OrderedDict", then: [0x5D, 0x5D, 0x28, 0x55, 1, UInt8(ascii: "w")])
    object += tensor
    object += [0x65, 0x61, 0x85, 0x52]
    let bytes = PyTorchStream.bytes(
      object, storages: [(key: "7", count: 2, bytes: [0, 0, 0, 0, 0, 0, 0x20, 0x40])])
    #expect(try PyTorchFile.read(bytes, name: "w.pth")["w"]?.floats() == [2.5])
  }
}
