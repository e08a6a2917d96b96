public import Foundation

/// Reads whole files, with a bound on their size.
public enum FileContents {
  /// The most bytes ``read(_:atMost:where:)`` accepts unless told otherwise: 4 GiB.
  public static let defaultLimit = 1 << 32
  /// The bytes by which a file is judged before the rest of it is read.
  public static let beginning = 512

  /// Reads a whole file.
  ///
  /// Pipes are read to their end; a file is refused before it is read if it is too large.
  ///
  /// - Parameters:
  ///   - path: The file to read.
  ///   - limit: The most bytes to accept.
  ///   - isWanted: Says of the first bytes, ``beginning`` or more where the file has as many, whether
  ///     the rest is to be read too.
  /// - Returns: One byte or more: all, or the first ones of a file that is not wanted.
  /// - Throws: Any ``FileError`` about reading.
  public static func read(
    _ path: String, atMost limit: Int = defaultLimit,
    where isWanted: (_ beginning: Data) -> Bool = { _ in true }
  ) throws(FileError) -> Data {
    let (descriptor, status) = try open(path, atMost: limit)
    defer { close(descriptor) }
    return try read(descriptor, status, path, atMost: limit, where: isWanted)
  }

  /// Reads standard input as ``read(_:atMost:where:)`` reads a file.
  ///
  /// - Throws: Any ``FileError`` about reading, with “standard input” as the path.
  public static func readStandardInput(
    atMost limit: Int = defaultLimit, where isWanted: (_ beginning: Data) -> Bool = { _ in true }
  ) throws(FileError) -> Data {
    let path = "standard input"
    let status = try status(of: STDIN_FILENO, path, atMost: limit)
    return try read(STDIN_FILENO, status, path, atMost: limit, where: isWanted)
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

  /// Reads an open file to its end, or its first bytes where it is not wanted.
  static func read(
    _ descriptor: Int32, _ status: stat, _ path: String, atMost limit: Int,
    where isWanted: (_ beginning: Data) -> Bool = { _ in true }
  ) throws(FileError) -> Data {
    // One byte beyond the expected size, so that the end of the file shows in the same pass.
    var contents = Data(count: max(Int(status.st_size), 1 << 16) + 1)
    var count = 0
    var isJudged = false
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
      if !isJudged, count >= beginning {
        isJudged = true
        guard isWanted(contents.prefix(count)) else { break }
      }
    }
    guard count > 0 else { throw .empty(path: path) }
    contents.count = count
    return contents
  }
}
