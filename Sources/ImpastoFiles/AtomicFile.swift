public import Foundation

/// Replaces files whole: a reader sees the old contents or the new, never a part.
///
/// ```swift
/// try AtomicFile.write(to: path) { file throws(FileError) in
///   try file.append(header)
///   try file.append(body)
/// }
/// ```
///
/// The bytes go to a draft in the same folder, are synced to the disk and only then get the
/// target's name. After a failure, or a process's end, the target is as it was.
/// Where the target is a symbolic link, what it points to is replaced. A file that is replaced hands
/// its permissions on; a new one gets those that the user's mask gives.
public enum AtomicFile {
  /// Writes `bytes` as the whole contents of the file at `path`.
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)``.
  public static func write(_ bytes: some ContiguousBytes, to path: String) throws(FileError) {
    let draft = try Draft(path)
    try draft.append(bytes)
    try draft.commit()
  }

  /// Writes the file at `path` from the pieces that `body` appends.
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)``, or what `body` throws.
  public static func write(
    to path: String, _ body: (borrowing Writer) throws(FileError) -> Void
  ) throws(FileError) {
    let draft = try Draft(path)
    try body(Writer(descriptor: draft.descriptor, path: path))
    try draft.commit()
  }

  /// Gives the whole file at `file` the name `path` on the same file system, also after a loss of power.
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)``.
  package static func move(_ file: String, to path: String) throws(FileError) {
    let descriptor = file.withSystemPath { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw failure(file) }
    defer { close(descriptor) }
    let isMoved =
      fsync(descriptor) == 0
      && file.withSystemPath { file in path.withSystemPath { rename(file, $0) } } == 0
    guard isMoved else { throw failure(path) }
    synchronize(path.pathParts.folder)
  }

  /// The open draft, to which ``write(to:_:)`` lets its body append.
  public struct Writer: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// Wraps an open descriptor; `path` is the name for error messages.
    package init(descriptor: Int32, path: String) {
      self.descriptor = descriptor
      self.path = path
    }

    /// Appends `bytes`, all of them.
    ///
    /// - Throws: ``FileError/cannotWrite(path:reason:)``, as when the disk is full;
    ///   ``FileError/closedPipe(path:)``.
    public func append(_ bytes: some ContiguousBytes) throws(FileError) {
      let isWritten = bytes.withUnsafeBytes { bytes in
        var remaining = bytes[...]
        while !remaining.isEmpty {
          let piece = UnsafeRawBufferPointer(rebasing: remaining)
          let written = Foundation.write(descriptor, piece.baseAddress, piece.count)
          if written >= 0 {
            remaining = remaining.dropFirst(written)
          } else if errno != EINTR {
            return false
          }
        }
        return true
      }
      guard isWritten else { throw failure(path) }
    }
  }

  /// Follows symbolic links from `path`, whether or not the last of them leads to a file.
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)`` where they lead in a circle.
  package static func linkTarget(of path: String) throws(FileError) -> String {
    var target = path
    for _ in 0..<40 {
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = target.withSystemPath { readlink($0, &buffer, buffer.count) }
      guard count >= 0 else { return target }
      let link = String(pathBytes: Array(buffer[..<count]))
      target = link.hasPrefix("/") ? link : target.pathParts.folder + "/" + link
    }
    throw .cannotWrite(path: path, reason: words(for: ELOOP))
  }

  /// Makes a rename last through a loss of power, on file systems that can.
  ///
  /// The file is complete and in place by now, so a failure here is none of the caller's.
  static func synchronize(_ folder: String) {
    let descriptor = folder.withSystemPath { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// The error for what the last system call on the file at `path` left in `errno`.
func failure(_ path: String) -> FileError {
  switch errno {
  case EPIPE: .closedPipe(path: path)
  case ENAMETOOLONG: .nameTooLong(path: path)
  default: .cannotWrite(path: path, reason: words(for: errno))
  }
}
