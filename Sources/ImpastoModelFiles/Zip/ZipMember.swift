import CZlib
import Foundation

/// One member of a zip archive, as the archive's directory lists it.
struct ZipMember: Sendable {
  let name: String
  let flags: UInt16
  let method: UInt16
  let checksum: UInt32
  let compressedCount: UInt64
  let count: UInt64
  let headerOffset: UInt64

  /// No deflate stream grows by more than this.
  private static let greatestExpansion: UInt64 = 1032

  /// Unpacks the member.
  func contents(in archive: Data) throws(ZipFault) -> Data {
    guard flags & 1 == 0 else { throw .encryptedMember(name) }
    let packed = try packedBytes(in: archive)
    let contents: Data
    switch method {
    case 0:
      guard count == compressedCount else { throw .misplacedMember(name) }
      contents = packed
    case 8: contents = try inflated(packed)
    default: throw .unknownCompression(method: Int(method), member: name)
    }
    let found = contents.withUnsafeBytes { bytes in
      UInt32(
        truncatingIfNeeded: crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }
    guard found == checksum else {
      throw .wrongChecksum(expected: checksum, found: found, member: name)
    }
    return contents
  }

  /// The bytes that follow the member's own header, which repeats its name.
  private func packedBytes(in archive: Data) throws(ZipFault) -> Data {
    guard let offset = Int(exactly: headerOffset), let length = Int(exactly: compressedCount),
      offset <= archive.count
    else { throw .misplacedMember(name) }
    var reader = ByteReader(archive.dropFirst(offset))
    guard reader.integer(UInt32.self) == 0x0403_4B50, reader.bytes(22) != nil,
      let nameLength = reader.integer(UInt16.self), let extraLength = reader.integer(UInt16.self),
      let ownName = reader.bytes(Int(nameLength)),
      String(decoding: ownName, as: UTF8.self) == name,
      reader.bytes(Int(extraLength)) != nil, let packed = reader.bytes(length)
    else { throw .misplacedMember(name) }
    return packed
  }

  private func inflated(_ packed: Data) throws(ZipFault) -> Data {
    guard packed.count <= Int(UInt32.max),
      count / Self.greatestExpansion <= packed.count
    else { throw .memberTooLarge(name, byteCount: count) }
    // One byte more, since zlib wants an address even for a member of no bytes.
    var contents = Data(count: Int(count) + 1)
    let isSound = contents.withUnsafeMutableBytes { target in
      packed.withUnsafeBytes { source in Self.inflate(source, into: target, count: Int(count)) }
    }
    guard isSound else { throw .invalidCompression(name) }
    return contents.dropLast()
  }

  /// Inflates a raw deflate stream that must yield `count` bytes and end with `source`.
  private static func inflate(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, count: Int
  ) -> Bool {
    var stream = z_stream()
    let status = inflateInit2_(
      &stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { return false }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(
      mutating: source.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = UInt32(source.count)
    stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
    stream.avail_out = UInt32(count)
    return CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END
      && stream.avail_out == 0 && stream.avail_in == 0
  }
}
