public import Foundation

/// Reads whole files, with a bound on their size.
public enum FileContents {
  /// The most bytes ``read(_:atMost:)`` accepts unless told otherwise: 4 GiB.
  public static let defaultLimit = 1 << 32

  /// Reads a whole file.
  ///
  /// Pipes are read to their end; a file is refused before it is read if it is too large.
  ///
  /// - Parameters:
  ///   - path: The file to read.
  ///   - limit: The most bytes to accept.
  /// - Returns: One byte or more.
  /// - Throws: Any ``FileError`` but ``FileError/cannotWrite(path:reason:)``.
  public static func read(
    _ path: String, atMost limit: Int = defaultLimit
  ) throws(FileError) -> Data {
    let (descriptor, status) = try open(path, atMost: limit)
    defer { close(descriptor) }
    return try read(descriptor, status, path, atMost: limit)
  }

  /// Reads standard input to its end.
  ///
  /// - Returns: One byte or more.
  /// - Throws: Any ``FileError`` about reading, with “standard input” as the path.
  public static func readStandardInput(atMost limit: Int = defaultLimit) throws(FileError) -> Data {
    let path = "standard input"
    let status = try status(of: STDIN_FILENO, path, atMost: limit)
    return try read(STDIN_FILENO, status, path, atMost: limit)
  }

  /// Opens what is no folder and not known to be too large.
  static func open(
    _ path: String, atMost limit: Int
  ) throws(FileError) -> (descriptor: Int32, status: stat) {
    let descriptor = path.withSystemPath { Foundation.open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? .missing(path: path) : .unreadable(path: path, reason: words(for: errno))
    }
    do {
      return (descriptor, try status(of: descriptor, path, atMost: limit))
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func status(
    of descriptor: Int32, _ path: String, atMost limit: Int
  ) throws(FileError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: words(for: errno))
    }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .isDirectory(path: path) }
    guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
    return status
  }

  /// Reads an open file to its end.
  static func read(
    _ descriptor: Int32, _ status: stat, _ path: String, atMost limit: Int
  ) throws(FileError) -> Data {
    // One byte beyond the expected size, so that the end of the file shows in the same pass.
    var contents = Data(count: max(Int(status.st_size), 1 << 16) + 1)
    var count = 0
    while true {
      if count == contents.count { contents.count *= 2 }
      let received = contents.withUnsafeMutableBytes { bytes in
        Foundation.read(descriptor, bytes.baseAddress.map { $0 + count }, bytes.count - count)
      }
      if received < 0 {
        if errno == EINTR { continue }
        throw .unreadable(path: path, reason: words(for: errno))
      }
      if received == 0 { break }
      count += received
      guard count <= limit else { throw .tooLarge(path: path, limit: limit) }
    }
    guard count > 0 else { throw .empty(path: path) }
    contents.count = count
    return contents
  }
}
