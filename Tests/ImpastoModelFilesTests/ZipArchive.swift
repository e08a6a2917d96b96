import Foundation

/// A zip archive written field by field, so that each can be wrong.
struct ZipArchive {
  var name = "a.txt"
  var localName: String?
  var contents = Data("hello".utf8)
  var flags: UInt16 = 0
  var method: UInt16 = 0
  var checksum: UInt32 = 0x3610_A686
  var compressedCount: UInt32?
  var count: UInt32?
  var headerOffset: UInt32 = 0
  var entries = 1
  /// Whether the directory lists the one member under another name each time.
  var hasNumberedNames = false
  var listedEntries: UInt16?
  var directoryOffset: UInt32?
  var disk: UInt16 = 0

  var bytes: Data {
    let localName = Data((localName ?? name).utf8)
    let length = UInt32(contents.count)
    var bytes = Data("PK\u{3}\u{4}".utf8) + fields([20, flags, method, 0, 0])
    bytes += fields([checksum, compressedCount ?? length, count ?? length])
    bytes += fields([UInt16(localName.count), 0]) + localName + contents
    let start = UInt32(bytes.count)
    for entry in 0..<entries {
      let name = hasNumberedNames ? "\(entry)-\(name)" : name
      bytes += Data("PK\u{1}\u{2}".utf8) + fields([20, 20, flags, method, 0, 0])
      bytes += fields([checksum, compressedCount ?? length, count ?? length])
      bytes += fields([UInt16(name.utf8.count), 0, 0, 0, 0, 0, 0]) + fields([headerOffset])
      bytes += Data(name.utf8)
    }
    let directoryLength = UInt32(bytes.count) - start
    let listed = listedEntries ?? UInt16(entries)
    bytes += Data("PK\u{5}\u{6}".utf8) + fields([disk, disk, listed, listed])
    return bytes + fields([directoryLength, directoryOffset ?? start]) + fields([UInt16(0)])
  }

  private func fields<Integer: FixedWidthInteger>(_ values: [Integer]) -> Data {
    values.reduce(into: Data()) { data, value in
      withUnsafeBytes(of: value.littleEndian) { data += Data($0) }
    }
  }
}
