package import Foundation

/// The bytes of a file, read in pieces from the beginning, as often as needed.
///
/// A file on a disk stays there, with memory for none of it. What can be read but once, as a pipe,
/// is held in memory.
package final class ByteSource {
  private enum Bytes {
    case onDisk(descriptor: Int32, size: Int)
    case inMemory(Data)
  }

  private let path: String
  private let bytes: Bytes
  private var offset = 0

  /// Opens the file at `path`.
  ///
  /// - Parameter isWanted: Says of the first bytes of what is to be held in memory whether the rest is
  ///   to be read too, as in ``FileContents/read(_:atMost:where:)``.
  /// - Throws: What ``FileContents/read(_:atMost:where:)`` throws about the file; of one on a disk
  ///   only the first byte is read here.
  package init(
    _ path: String, where isWanted: (_ beginning: Data) -> Bool = { _ in true }
  ) throws(FileError) {
    let (descriptor, status) = try FileContents.open(path, atMost: FileContents.defaultLimit)
    self.path = path
    guard status.st_mode & S_IFMT == S_IFREG else {
      defer { close(descriptor) }
      bytes = .inMemory(
        try FileContents.read(
          descriptor, status, path, atMost: FileContents.defaultLimit, where: isWanted))
      return
    }
    bytes = .onDisk(descriptor: descriptor, size: Int(status.st_size))
    var first: [UInt8] = [0]
    let count = try first.withUnsafeMutableBufferPointer { first throws(FileError) in
      try read(into: first)
    }
    guard count > 0 else { throw .empty(path: path) }
    rewind()
  }

  /// Takes the bytes of a file that is in memory.
  package init(_ bytes: Data) {
    path = ""
    self.bytes = .inMemory(bytes)
  }

  deinit {
    if case .onDisk(let descriptor, _) = bytes { close(descriptor) }
  }

  /// The number of bytes that the file had when it was opened.
  package var count: Int {
    switch bytes {
    case .onDisk(_, let size): size
    case .inMemory(let bytes): bytes.count
    }
  }

  /// The number of bytes held in memory.
  package var heldBytes: Int {
    if case .inMemory(let bytes) = bytes { bytes.count } else { 0 }
  }

  /// Reads the next bytes, as many as there is room for unless the file ends before.
  ///
  /// - Returns: How many were read.
  /// - Throws: ``FileError/unreadable(path:reason:)``.
  package func read(into room: UnsafeMutableBufferPointer<UInt8>) throws(FileError) -> Int {
    var count = 0
    while count < room.count {
      let rest = UnsafeMutableBufferPointer(rebasing: room[count...])
      let received =
        switch bytes {
        case .onDisk(let descriptor, _): pread(descriptor, rest.baseAddress, rest.count, offset)
        case .inMemory(let bytes):
          bytes.dropFirst(offset).copyBytes(to: rest)
        }
      if received < 0 {
        if errno == EINTR { continue }
        throw .unreadable(path: path, reason: words(for: errno))
      }
      if received == 0 { break }
      count += received
      offset += received
    }
    return count
  }

  /// Goes to a byte, or to the end where the file has none there.
  package func seek(to offset: Int) { self.offset = min(max(offset, 0), count) }

  /// Goes back to the first byte.
  package func rewind() { offset = 0 }
}
