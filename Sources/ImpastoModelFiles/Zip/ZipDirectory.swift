import Foundation

/// The directory at the end of a zip archive.
enum ZipDirectory {
  /// The extent of the directory, from the record after it.
  private struct Extent {
    var count: UInt64
    var byteCount: UInt64
    var offset: UInt64
  }

  private static let endLength = 22
  private static let locatorLength = 20

  /// Reads the directory of `archive`: its members by name.
  static func members(of archive: Data) throws(ZipFault) -> [String: ZipMember] {
    let extent = try extent(in: archive)
    guard let offset = Int(exactly: extent.offset), let length = Int(exactly: extent.byteCount),
      let directory = slice(archive, from: offset, count: length)
    else { throw .invalidDirectory }
    var reader = ByteReader(directory)
    var members: [String: ZipMember] = [:]
    for _ in 0..<extent.count {
      guard let member = member(&reader) else { throw .invalidDirectory }
      guard !member.name.hasSuffix("/") else { continue }  // A folder.
      guard members.updateValue(member, forKey: member.name) == nil else {
        throw .duplicateMember(member.name)
      }
    }
    guard reader.remaining == 0 else { throw .invalidDirectory }
    return members
  }

  private static func slice(_ bytes: Data, from offset: Int, count: Int) -> Data? {
    guard 0...bytes.count ~= offset else { return nil }
    var reader = ByteReader(bytes.dropFirst(offset))
    return reader.bytes(count)
  }

  /// Finds the end record: the last one whose comment reaches exactly to the end of the file.
  private static func extent(in archive: Data) throws(ZipFault) -> Extent {
    let last = archive.count - endLength
    guard last >= 0 else { throw .noDirectory }
    for position in stride(from: last, through: max(0, last - Int(UInt16.max)), by: -1) {
      var reader = ByteReader(archive.dropFirst(position))
      guard reader.integer(UInt32.self) == 0x0605_4B50,
        let disk = reader.integer(UInt16.self), let firstDisk = reader.integer(UInt16.self),
        let countHere = reader.integer(UInt16.self), let count = reader.integer(UInt16.self),
        let byteCount = reader.integer(UInt32.self), let offset = reader.integer(UInt32.self),
        let commentLength = reader.integer(UInt16.self), reader.remaining == commentLength
      else { continue }
      if let extent = try zip64Extent(in: archive, before: position) { return extent }
      guard disk == 0, firstDisk == 0, countHere == count else { throw .severalVolumes }
      return Extent(count: UInt64(count), byteCount: UInt64(byteCount), offset: UInt64(offset))
    }
    throw .noDirectory
  }

  /// The extent in the wider record that a zip64 archive has as well.
  private static func zip64Extent(
    in archive: Data, before end: Int
  ) throws(ZipFault) -> Extent? {
    guard end >= locatorLength else { return nil }
    var locator = ByteReader(archive.dropFirst(end - locatorLength))
    guard locator.integer(UInt32.self) == 0x0706_4B50 else { return nil }
    guard locator.bytes(4) != nil, let position = locator.integer(UInt64.self),
      let offset = Int(exactly: position), offset <= archive.count
    else { throw .invalidDirectory }
    var reader = ByteReader(archive.dropFirst(offset))
    guard reader.integer(UInt32.self) == 0x0606_4B50, reader.bytes(12) != nil,
      let disk = reader.integer(UInt32.self), let firstDisk = reader.integer(UInt32.self),
      let countHere = reader.integer(UInt64.self), let count = reader.integer(UInt64.self),
      let byteCount = reader.integer(UInt64.self), let start = reader.integer(UInt64.self)
    else { throw .invalidDirectory }
    guard disk == 0, firstDisk == 0, countHere == count else { throw .severalVolumes }
    return Extent(count: count, byteCount: byteCount, offset: start)
  }

  private static func member(_ reader: inout ByteReader) -> ZipMember? {
    guard reader.integer(UInt32.self) == 0x0201_4B50, reader.bytes(4) != nil,
      let flags = reader.integer(UInt16.self), let method = reader.integer(UInt16.self),
      reader.bytes(4) != nil, let checksum = reader.integer(UInt32.self),
      let compressedCount = reader.integer(UInt32.self), let count = reader.integer(UInt32.self),
      let nameLength = reader.integer(UInt16.self), let extraLength = reader.integer(UInt16.self),
      let commentLength = reader.integer(UInt16.self), reader.bytes(8) != nil,
      let offset = reader.integer(UInt32.self), let name = reader.bytes(Int(nameLength)),
      let extra = reader.bytes(Int(extraLength)), reader.bytes(Int(commentLength)) != nil
    else { return nil }
    // The sizes that a 32-bit field cannot hold stand in the zip64 field, in this order.
    var wide = zip64Field(of: extra)
    func widened(_ value: UInt32) -> UInt64? {
      value == .max ? wide.integer(UInt64.self) : UInt64(value)
    }
    guard let count = widened(count), let compressedCount = widened(compressedCount),
      let offset = widened(offset)
    else { return nil }
    return ZipMember(
      name: String(decoding: name, as: UTF8.self), flags: flags, method: method, checksum: checksum,
      compressedCount: compressedCount, count: count, headerOffset: offset)
  }

  private static func zip64Field(of extra: Data) -> ByteReader {
    var reader = ByteReader(extra)
    while let tag = reader.integer(UInt16.self), let length = reader.integer(UInt16.self),
      let field = reader.bytes(Int(length))
    {
      if tag == 1 { return ByteReader(field) }
    }
    return ByteReader(Data())
  }
}
