public import Foundation

/// Replaces files whole: a reader sees the old contents or the new, never a part.
///
/// The bytes go to a temporary file in the same folder, are synced to the disk and then renamed
/// over the target. After a failure the target is as it was and the temporary file is gone.
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
  /// ```swift
  /// try AtomicFile.write(to: path) { file throws(FileError) in
  ///   try file.append(header)
  ///   try file.append(body)
  /// }
  /// ```
  ///
  /// - Throws: ``FileError/cannotWrite(path:reason:)``, or what `body` throws.
  public static func write(
    to path: String, _ body: (borrowing Writer) throws(FileError) -> Void
  ) throws(FileError) {
    let draft = try Draft(path)
    try body(Writer(descriptor: draft.descriptor, path: path))
    try draft.commit()
  }

  /// A file in the making whose pieces come over a long time; without ``commit()`` nothing is left.
  package final class Draft {
    fileprivate let descriptor: Int32
    private let path: String
    private let target: String
    private let temporary: String
    private var isOpen = true
    private var isCommitted = false

    /// Begins a file that is to replace the one at `path`.
    ///
    /// - Throws: ``FileError/cannotWrite(path:reason:)``.
    package init(_ path: String) throws(FileError) {
      let target = try linkTarget(of: path)
      var status = stat()
      let isReplaced = target.withSystemPath { lstat($0, &status) } == 0
      if isReplaced, status.st_mode & S_IFMT != S_IFREG {
        // Renaming over a device would replace the device.
        let isDirectory = status.st_mode & S_IFMT == S_IFDIR
        throw .cannotWrite(
          path: path, reason: isDirectory ? words(for: EISDIR) : "not a regular file")
      }
      self.path = path
      self.target = target
      (descriptor, temporary) = try createTemporary(in: target.pathParts.folder, for: path)
      if isReplaced, fchmod(descriptor, status.st_mode & 0o777) != 0 { throw failure(path) }
    }

    deinit {
      if isOpen { close(descriptor) }
      if !isCommitted { temporary.withSystemPath { _ = unlink($0) } }
    }

    /// Appends `bytes`, all of them.
    ///
    /// - Throws: ``FileError/cannotWrite(path:reason:)``, as when the disk is full.
    package func append(_ bytes: some ContiguousBytes) throws(FileError) {
      try Writer(descriptor: descriptor, path: path).append(bytes)
    }

    /// Puts the file in its place, after which nothing may be appended.
    ///
    /// - Throws: ``FileError/cannotWrite(path:reason:)``.
    package func commit() throws(FileError) {
      guard fsync(descriptor) == 0 else { throw failure(path) }
      isOpen = false
      guard close(descriptor) == 0 else { throw failure(path) }
      let outcome = temporary.withSystemPath { temporary in
        target.withSystemPath { rename(temporary, $0) }
      }
      guard outcome == 0 else { throw failure(path) }
      isCommitted = true
      synchronize(target.pathParts.folder)
    }
  }

  /// The open temporary file, to which ``write(to:_:)`` lets its body append.
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
    /// - Throws: ``FileError/cannotWrite(path:reason:)``, as when the disk is full.
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

  /// Creates a hidden file in `folder`, with the permissions that the user's mask gives new files.
  private static func createTemporary(
    in folder: String, for path: String
  ) throws(FileError) -> (descriptor: Int32, path: String) {
    while true {
      let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
      let temporary = "\(folder)/.impasto-\(suffix)"
      let descriptor = temporary.withSystemPath {
        open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      }
      if descriptor >= 0 { return (descriptor, temporary) }
      guard errno == EEXIST || errno == EINTR else { throw failure(path) }
    }
  }

  /// Makes a rename last through a loss of power, on file systems that can.
  ///
  /// The file is complete and in place by now, so a failure here is none of the caller's.
  private static func synchronize(_ folder: String) {
    let descriptor = folder.withSystemPath { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// The error for what the last system call on the file at `path` left in `errno`.
private func failure(_ path: String) -> FileError {
  .cannotWrite(path: path, reason: words(for: errno))
}
