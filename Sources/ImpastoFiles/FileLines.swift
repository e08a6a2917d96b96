import Foundation

/// The lines of a file or of standard input, read in pieces, with memory for one piece.
package final class FileLines {
  /// A line without its separator.
  package struct Line {
    package let bytes: ArraySlice<UInt8>
    /// Indicates whether its separator follows: not after the last bytes of a file that ends without
    /// one, and not after the first part of a line that is longer than the limit.
    package let isWhole: Bool
  }

  private let descriptor: Int32
  private let path: String
  private let limit: Int
  /// The bytes that are read and not given out, from ``start`` on.
  private var bytes: [UInt8] = []
  private var start = 0
  /// Indicates whether all has been read, though perhaps not given out.
  package private(set) var hasEnded = false
  /// The number of bytes that were given out, with their separators.
  package private(set) var offset = 0

  /// The bytes that are read at once.
  private static let pieceSize = 1 << 16

  /// Opens the file at `path`, or standard input where that is nil.
  ///
  /// - Parameter limit: The bytes beyond which a line is given in parts.
  /// - Throws: ``FileError/missing(path:)``, ``FileError/isDirectory(path:)``,
  ///   ``FileError/unreadable(path:reason:)``.
  package init(_ path: String?, limit: Int) throws(FileError) {
    self.limit = limit
    guard let path else {
      (descriptor, self.path) = (STDIN_FILENO, "standard input")
      return
    }
    (descriptor, _) = try FileContents.open(path, atMost: .max)
    self.path = path
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// The first of `separators` that is among the bytes that are read first; nil where none is.
  package func separator(of separators: [UInt8]) throws(FileError) -> UInt8? {
    while true {
      if let found = separators.first(where: bytes.contains) { return found }
      guard !hasEnded, bytes.count < limit else { return nil }
      try read()
    }
  }

  /// The next line; nil after the last.
  ///
  /// - Parameter waits: Whether to wait for the program that writes the lines; otherwise nil, before
  ///   ``hasEnded``, says that no whole line has come yet.
  /// - Throws: ``FileError/unreadable(path:reason:)``.
  package func next(
    endingIn separator: UInt8, waits: Bool = true
  ) throws(FileError) -> Line? {
    var searched = start
    while true {
      if let end = bytes[searched...].firstIndex(of: separator) {
        return give(upTo: end, isWhole: true)
      }
      if hasEnded || bytes.count - start >= limit {
        return start < bytes.count ? give(upTo: bytes.count, isWhole: false) : nil
      }
      let pending = bytes.count - start
      guard waits || isReadable else { return nil }
      try read()
      searched = pending
    }
  }

  private func give(upTo end: Int, isWhole: Bool) -> Line {
    let line = Line(bytes: bytes[start..<end], isWhole: isWhole)
    let next = isWhole ? end + 1 : end
    offset += next - start
    start = next
    return line
  }

  /// Indicates whether a read does not wait; files always have something to read, or have ended.
  private var isReadable: Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) != 0
  }

  /// Reads the next piece, after which what is not given out begins at 0.
  private func read() throws(FileError) {
    bytes.removeSubrange(..<start)
    start = 0
    var piece = [UInt8](repeating: 0, count: Self.pieceSize)
    var count = -1
    repeat {
      count = Foundation.read(descriptor, &piece, piece.count)
    } while count < 0 && errno == EINTR
    guard count >= 0 else { throw .unreadable(path: path, reason: words(for: errno)) }
    if count == 0 { hasEnded = true }
    bytes += piece[..<count]
  }
}
