import Foundation

/// The names that files of a folder are given while it is watched.
package final class FolderWatch {
  private let events: Int32

  /// Watches the folder at `path` from now on, but not those in it.
  package init(_ path: String) throws {
    events = inotify_init1(Int32(IN_NONBLOCK))
    let mask = UInt32(IN_CREATE | IN_MOVED_TO)
    guard events >= 0, inotify_add_watch(events, path, mask) >= 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  }

  deinit { close(events) }

  /// The name of each file that was made or replaced, as often as that happened and was not told yet.
  package func appearances() throws -> [String] {
    var names: [String] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(events, &room, room.count)
      guard count > 0 else {
        if errno == EAGAIN { return names }
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
      // An event of 16 bytes, of which the last 4 are the length of the name that follows, with zeros.
      var bytes = room[..<count]
      while !bytes.isEmpty {
        let length = bytes.dropFirst(12).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        names.append(
          String(decoding: bytes.dropFirst(16).prefix(length).prefix { $0 != 0 }, as: UTF8.self))
        bytes = bytes.dropFirst(16 + length)
      }
    }
  }
}
