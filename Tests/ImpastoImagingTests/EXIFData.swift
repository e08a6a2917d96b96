import Foundation

/// EXIF data as cameras write them, put together byte by byte.
struct EXIFData {
  /// A tag, the number of its type, how many values there are and their bytes, or a directory.
  struct Entry {
    var tag: UInt16
    var type: UInt16
    var count: Int
    var bytes: [UInt8]
    var directory: [Entry]?
  }

  let isLittleEndian: Bool
  var main: [Entry] = []
  /// The directory of the thumbnail.
  var second: [Entry] = []

  func number(_ value: Int, _ count: Int) -> [UInt8] {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return isLittleEndian ? bytes : bytes.reversed()
  }

  func text(_ tag: UInt16, _ text: String) -> Entry {
    let bytes = Array(text.utf8) + [0]
    return Entry(tag: tag, type: 2, count: bytes.count, bytes: bytes)
  }

  func short(_ tag: UInt16, _ value: Int) -> Entry {
    Entry(tag: tag, type: 3, count: 1, bytes: number(value, 2))
  }

  func long(_ tag: UInt16, _ value: Int) -> Entry {
    Entry(tag: tag, type: 4, count: 1, bytes: number(value, 4))
  }

  func rational(_ tag: UInt16, _ values: (Int, Int)...) -> Entry {
    Entry(
      tag: tag, type: 5, count: values.count,
      bytes: values.flatMap { number($0.0, 4) + number($0.1, 4) })
  }

  func opaque(_ tag: UInt16, _ bytes: [UInt8]) -> Entry {
    Entry(tag: tag, type: 7, count: bytes.count, bytes: bytes)
  }

  func directory(_ tag: UInt16, _ entries: [Entry]) -> Entry {
    Entry(tag: tag, type: 4, count: 1, bytes: [], directory: entries)
  }

  var data: Data {
    var bytes = (isLittleEndian ? [0x49, 0x49] : [0x4D, 0x4D]) + number(42, 2) + number(8, 4)
    let next = append(main, to: &bytes)
    if !second.isEmpty {
      bytes.replaceSubrange(next..<next + 4, with: number(bytes.count, 4))
      _ = append(second, to: &bytes)
    }
    return Data(bytes)
  }

  /// Appends a directory, its values and the directories that it leads to; returns where the offset
  /// of the next directory stands.
  private func append(_ entries: [Entry], to bytes: inout [UInt8]) -> Int {
    let start = bytes.count + 2
    bytes += number(entries.count, 2) + [UInt8](repeating: 0, count: 12 * entries.count + 4)
    for (index, entry) in entries.enumerated() {
      let place = start + 12 * index
      var value = entry.bytes
      if value.count > 4 {
        value = number(bytes.count, 4)
        bytes += entry.bytes + repeatElement(0, count: entry.bytes.count % 2)
      }
      if let directory = entry.directory {
        value = number(bytes.count, 4)
        _ = append(directory, to: &bytes)
      }
      let field = number(Int(entry.tag), 2) + number(Int(entry.type), 2) + number(entry.count, 4)
      let padding = [UInt8](repeating: 0, count: 4 - value.count)
      bytes.replaceSubrange(place..<place + 12, with: field + value + padding)
    }
    return start + 12 * entries.count
  }
}
