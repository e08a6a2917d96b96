package import Foundation

/// Pickles and streams written by hand, to say what PyTorch never would.
package enum PyTorchStream {
  /// A stream that describes `object`, with `storages` after it.
  package static func bytes(
    _ object: [UInt8], version: [UInt8] = [0x4D, 0xE9, 0x03],
    system: [UInt8] = [0x7D], storages: [(key: String, count: UInt64, bytes: [UInt8])] = []
  ) -> Data {
    let magicNumber: [UInt8] = [
      0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]
    let keys: [UInt8] = [0x5D, 0x28] + storages.map { text($0.key) }.joined() + [0x65]
    var bytes: [UInt8] = []
    for pickle in [magicNumber, version, system, object, keys] {
      bytes += [0x80, 2] + pickle + [0x2E]
    }
    for storage in storages {
      bytes += withUnsafeBytes(of: storage.count.littleEndian) { Array($0) } + storage.bytes
    }
    return Data(bytes)
  }

  /// A string.
  package static func text(_ text: String) -> [UInt8] {
    [0x58] + withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { Array($0) } + text.utf8
  }

  /// A whole number of 8 bytes.
  package static func integer(_ value: Int) -> [UInt8] {
    [0x8A, 8] + withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// A tuple.
  package static func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.joined() + [0x74] }

  /// A dictionary with strings as keys.
  package static func dictionary(_ items: [(key: String, value: [UInt8])]) -> [UInt8] {
    [0x7D, 0x28] + items.map { text($0.key) + $0.value }.joined() + [0x75]
  }

  /// A function or class by name, and the operations after it.
  package static func global(
    _ module: String, _ name: String, then operations: [UInt8] = []
  ) -> [UInt8] {
    [0x63] + Array("\(module)\n\(name)\n".utf8) + operations
  }

  /// A reference to a storage of `count` scalars.
  package static func storage(
    _ key: String, count: Int, type: String = "FloatStorage"
  ) -> [UInt8] {
    tuple([text("storage"), global("torch", type), text(key), text("cpu"), integer(count), [0x4E]])
      + [0x51]
  }

  /// A tensor that is a part of a storage.
  package static func tensor(
    _ storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int]
  ) -> [UInt8] {
    global("torch._utils", "_rebuild_tensor_v2")
      + tuple([
        storage, integer(offset), tuple(shape.map(integer)), tuple(strides.map(integer)), [0x89],
        [0x7D],
      ]) + [0x52]
  }
}
