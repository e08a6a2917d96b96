import Foundation

/// A cursor over untrusted bytes: every step past the end is `nil`.
struct ByteReader {
  private let bytes: Data
  /// The bytes read so far.
  private(set) var offset = 0

  init(_ bytes: Data) { self.bytes = bytes }

  var remaining: Int { bytes.count - offset }

  /// The next little-endian integer of the type `Integer`.
  mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) -> Integer? {
    guard remaining >= MemoryLayout<Integer>.size else { return nil }
    let value = bytes.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: offset, as: Integer.self)
    }
    offset += MemoryLayout<Integer>.size
    return Integer(littleEndian: value)
  }

  /// The next `count` bytes, shared and not copied.
  mutating func bytes(_ count: Int) -> Data? {
    guard count >= 0, remaining >= count else { return nil }
    defer { offset += count }
    let start = bytes.startIndex + offset
    return bytes[start..<start + count]
  }

  /// The bytes up to the next newline, which is passed over.
  mutating func line() -> Data? {
    let start = bytes.startIndex + offset
    guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    offset += end - start + 1
    return bytes[start..<end]
  }
}
