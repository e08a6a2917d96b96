package import Foundation

/// A file to whose end one process appends, as long as it is in its place.
package final class AppendedFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Opens the file at `path`, or makes it, and cuts off what follows its first `length` bytes.
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)``.
  package init(_ path: String, keeping length: Int) throws(FileError) {
    self.path = path
    descriptor = path.withSystemPath {
      open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0, ftruncate(descriptor, length) == 0 else { throw failure(path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends `bytes`, all of them.
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)``, as when the disk is full, or somebody has moved
  ///   or removed the file or its folder, so that nobody would find what is appended.
  package func append(_ bytes: some ContiguousBytes) throws(FileError) {
    guard FileStatus.isOpen(descriptor, at: path) else {
      throw .cannotWrite(path: path, reason: "it was moved or removed while it was being written")
    }
    try AtomicFile.Writer(descriptor: descriptor, path: path).append(bytes)
  }
}
