package import Foundation

extension AtomicFile {
  /// A file in the making whose pieces come over a long time; without ``commit()`` nothing is left.
  ///
  /// Until then it has no name where the file system allows that, so that not even a process that
  /// is killed leaves anything. Elsewhere it is a ``HiddenFile``.
  package final class Draft {
    /// The open file, for a program that writes it.
    package let descriptor: Int32
    private let path: String
    private let target: String
    /// The name that the file has before it is called `target`, if any.
    private var temporary: String?

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
      let unnamed = Self.openUnnamed(in: target.pathParts.folder)
      if unnamed >= 0 {
        (descriptor, temporary) = (unnamed, nil)
      } else {
        (descriptor, temporary) = try HiddenFile.create(for: target, path: path)
      }
      if isReplaced, fchmod(descriptor, status.st_mode & 0o777) != 0 { throw failure(path) }
    }

    deinit {
      temporary?.withSystemPath { _ = unlink($0) }
      close(descriptor)
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
      if temporary == nil { try giveName() }
      let outcome = temporary?.withSystemPath { temporary in
        target.withSystemPath { rename(temporary, $0) }
      }
      if let outcome, outcome != 0 { throw failure(path) }
      temporary = nil
      synchronize(target.pathParts.folder)
    }

    /// Gives the file its target's name, or a temporary one where another file has that.
    private func giveName() throws(FileError) {
      if Self.link(descriptor, to: target) { return }
      guard errno == EEXIST else { throw failure(path) }
      _ = FileLock.lock(descriptor, LOCK_EX | LOCK_NB)
      temporary = try HiddenFile.name(for: target, path: path) { name in
        Self.link(descriptor, to: name) ? name : nil
      }
    }

    private static func link(_ descriptor: Int32, to path: String) -> Bool {
      path.withSystemPath {
        linkat(AT_FDCWD, procPath(descriptor), AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
      } == 0
    }

    /// The name by which an open file can be found while it has none.
    private static func procPath(_ descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }

    /// Opens a file without a name, with the permissions that the user's mask gives new files.
    ///
    /// - Returns: A descriptor, or -1 where the file system or the kernel has no such files, or a
    ///   missing `/proc` would leave it without a name for ever.
    private static func openUnnamed(in folder: String) -> Int32 {
      // O_TMPFILE of Linux, a macro that Swift does not see.
      let unnamed = O_DIRECTORY | 0o20_000_000
      let descriptor = folder.withSystemPath { open($0, O_WRONLY | O_CLOEXEC | unnamed, 0o666) }
      guard descriptor >= 0, access(procPath(descriptor), F_OK) != 0 else { return descriptor }
      close(descriptor)
      return -1
    }
  }
}
