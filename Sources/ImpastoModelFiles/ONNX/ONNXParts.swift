import Foundation
import SwiftProtobuf

/// The messages that lie in one another in an ONNX file, counted before any is made.
///
/// A message of no field takes two bytes in a file and a hundred or more in memory, so that a file
/// of any size could ask for a hundred times as much.
///
/// Source: Protocol Buffers, "Encoding"; the numbers of the fields are those of `onnx.proto`.
enum ONNXParts {
  /// The most messages that are read; the largest exports have a few thousand.
  static let limit = 100_000

  /// A kind of message and the kinds of those that lie in it, by the numbers of its fields.
  private indirect enum Kind {
    case leaf
    case node([UInt64: Kind])
  }

  private static let tensor = Kind.node([13: .leaf])
  private static let attribute = Kind.node([5: tensor, 6: .leaf])
  private static let port = Kind.node([2: .node([1: .node([2: .node([1: .leaf])])])])
  private static let graph = Kind.node([1: .node([5: attribute]), 5: tensor, 11: port, 12: port])
  private static let model = Kind.node([7: graph, 8: .leaf, 14: .leaf])

  /// Checks that the model in `bytes` has no more messages than are read.
  static func check(_ bytes: Data) throws(ONNXFault) {
    try bytes.withUnsafeBytes { bytes in
      Result { () throws(ONNXFault) in
        var count = 0
        try scan(bytes, kind: model, count: &count)
      }
    }.get()
  }

  private static func scan(
    _ bytes: UnsafeRawBufferPointer, kind: Kind, count: inout Int
  ) throws(ONNXFault) {
    guard case .node(let parts) = kind else { return }
    var offset = 0
    while offset < bytes.count {
      let key = try varint(bytes, &offset)
      switch key & 7 {
      case 0: _ = try varint(bytes, &offset)
      case 1: offset += 8
      case 5: offset += 4
      case 2:
        let length = try varint(bytes, &offset)
        guard length <= bytes.count - offset else { throw .unknownForm }
        let end = offset + Int(length)
        if let part = parts[key >> 3] {
          count += 1
          guard count <= limit else { throw .tooManyParts(limit: limit) }
          try scan(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]), kind: part, count: &count)
        }
        offset = end
      default: throw .unknownForm
      }
    }
    guard offset == bytes.count else { throw .unknownForm }
  }

  /// The next number, seven bits a byte, the lowest first.
  private static func varint(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) throws(ONNXFault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard offset < bytes.count else { throw .unknownForm }
      let byte = bytes[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw .unknownForm
  }
}
