import Foundation

/// The directories of a TIFF structure, as EXIF data are one.
///
/// Every count and offset of what is read may lie: what lies outside the data is taken for absent,
/// and a directory has no tag twice, so that no structure is larger than its tags times its data.
///
/// Source: Adobe TIFF 6.0, section 2; CIPA DC-008 (Exif 2.32), section 4.6.
struct TIFFStructure {
  /// The entry of a directory for one tag.
  struct Entry {
    let tag: UInt16
    let type: UInt16
    /// The value's bytes, in the order of the structure's numbers.
    let value: ArraySlice<UInt8>

    /// The number of numbers or characters in the value.
    var count: Int { value.count / TIFFStructure.size(ofType: type) }
  }

  /// The directories that EXIF data have; the raw values are the tags that lead to them.
  enum Directory: UInt16, CaseIterable {
    case main = 0
    case photo = 0x8769
    case position = 0x8825
  }

  private let isLittleEndian: Bool
  /// The entries of each directory.
  var directories: [Directory: [Entry]] = [:]

  /// Reads a structure; `nil` where the data are none.
  init?(_ data: Data) {
    let bytes = TIFFBytes(data)
    guard let bytes, bytes.short(2) == 42, let first = bytes.long(4) else { return nil }
    isLittleEndian = bytes.isLittleEndian
    guard let main = bytes.entries(ofDirectory: first) else { return nil }
    directories[.main] = main.filter { Directory(rawValue: $0.tag) == nil }
    for directory in [Directory.photo, .position] {
      guard let pointer = main.first(where: { $0.tag == directory.rawValue }),
        let offset = integer(pointer), let entries = bytes.entries(ofDirectory: offset)
      else { continue }
      directories[directory] = entries
    }
  }

  /// The first number of a value that holds whole ones, as BYTE, SHORT or LONG.
  func integer(_ entry: Entry) -> Int? {
    guard [1, 3, 4, 13].contains(entry.type) else { return nil }
    let number = entry.value.prefix(Self.size(ofType: entry.type)).map(Int.init)
    guard !number.isEmpty else { return nil }
    return (isLittleEndian ? number.reversed() : number).reduce(0) { $0 << 8 | $1 }
  }

  /// An entry with one number, as LONG.
  func long(_ tag: UInt16, _ number: Int) -> Entry {
    Entry(tag: tag, type: 4, value: bytes(of: number, count: 4)[...])
  }

  /// An entry with one number, as SHORT.
  func short(_ tag: UInt16, _ number: Int) -> Entry {
    Entry(tag: tag, type: 3, value: bytes(of: number, count: 2)[...])
  }

  private func bytes(of number: Int, count: Int) -> [UInt8] {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    return isLittleEndian ? bytes : bytes.reversed()
  }

  /// The bytes of ``encoded``, or a few more: those of the entries that lead to directories.
  var encodedSize: Int {
    directories.values.reduce(8 + 2 * 12) { $0 + ($1.isEmpty ? 0 : Self.encodedSize(of: $1)) }
  }

  /// The structure as a file holds it.
  var encoded: Data {
    var main = directories[.main, default: []]
    let others = [Directory.photo, .position].filter { !directories[$0, default: []].isEmpty }
    main += others.map { long($0.rawValue, 0) }
    // Where each of the others begins is known from how long those before it are.
    var offset = 8 + Self.encodedSize(of: main)
    var parts: [[UInt8]] = []
    for directory in others {
      let entries = directories[directory, default: []]
      main = main.map { $0.tag == directory.rawValue ? long($0.tag, offset) : $0 }
      parts.append(encode(entries, at: offset))
      offset += Self.encodedSize(of: entries)
    }
    let mark: [UInt8] = isLittleEndian ? [0x49, 0x49] : [0x4D, 0x4D]
    let header = mark + bytes(of: 42, count: 2) + bytes(of: 8, count: 4)
    return Data(([header, encode(main, at: 8)] + parts).joined())
  }

  /// A directory at an offset, with the values that do not fit into its entries after it.
  private func encode(_ entries: [Entry], at offset: Int) -> [UInt8] {
    let entries = entries.sorted { $0.tag < $1.tag }
    var directory = bytes(of: entries.count, count: 2)
    var values: [UInt8] = []
    let start = offset + 2 + 12 * entries.count + 4
    for entry in entries {
      directory += bytes(of: Int(entry.tag), count: 2) + bytes(of: Int(entry.type), count: 2)
      directory += bytes(of: entry.count, count: 4)
      if entry.value.count <= 4 {
        directory += entry.value + repeatElement(0, count: 4 - entry.value.count)
      } else {
        directory += bytes(of: start + values.count, count: 4)
        values += entry.value + repeatElement(0, count: entry.value.count % 2)
      }
    }
    // No directory follows: the next would be that of a thumbnail.
    return directory + bytes(of: 0, count: 4) + values
  }

  private static func encodedSize(of entries: [Entry]) -> Int {
    entries.reduce(2 + 4) { size, entry in
      let count = entry.value.count
      return size + 12 + (count <= 4 ? 0 : count + count % 2)
    }
  }

  /// The bytes of a number or character of a type; zero for types that nobody knows.
  fileprivate static func size(ofType type: UInt16) -> Int {
    switch type {
    case 1, 2, 6, 7, 129: 1
    case 3, 8: 2
    case 4, 9, 11, 13: 4
    case 5, 10, 12: 8
    default: 0
    }
  }
}

/// The bytes of a TIFF structure, of which those beyond the last are absent.
private struct TIFFBytes {
  private let bytes: [UInt8]
  let isLittleEndian: Bool

  init?(_ data: Data) {
    bytes = Array(data)
    guard bytes.count >= 8, bytes[0] == bytes[1], bytes[0] == 0x49 || bytes[0] == 0x4D else {
      return nil
    }
    isLittleEndian = bytes[0] == 0x49
  }

  func short(_ offset: Int) -> Int? {
    guard let part = part(offset, 2) else { return nil }
    let (first, second) = (Int(part[offset]), Int(part[offset + 1]))
    return isLittleEndian ? second << 8 | first : first << 8 | second
  }

  func long(_ offset: Int) -> Int? {
    guard let first = short(offset), let second = short(offset + 2) else { return nil }
    return isLittleEndian ? second << 16 | first : first << 16 | second
  }

  private func part(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count, offset <= bytes.count - count else { return nil }
    return bytes[offset..<offset + count]
  }

  /// The entries of the directory at an offset, as far as there are any, without those whose values
  /// lie elsewhere than in the data.
  func entries(ofDirectory offset: Int) -> [TIFFStructure.Entry]? {
    guard let count = short(offset) else { return nil }
    var tags: Set<Int> = []
    var entries: [TIFFStructure.Entry] = []
    for index in 0..<count {
      let start = offset + 2 + 12 * index
      guard let tag = short(start), let type = short(start + 2), let length = long(start + 4),
        let place = long(start + 8)
      else { break }
      // At most 2³² of 8 bytes, which no `Int` is too small for.
      let size = length * TIFFStructure.size(ofType: UInt16(type))
      guard size > 0, let value = part(size <= 4 ? start + 8 : place, size),
        tags.insert(tag).inserted
      else { continue }
      entries.append(TIFFStructure.Entry(tag: UInt16(tag), type: UInt16(type), value: value))
    }
    return entries
  }
}
