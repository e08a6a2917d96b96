import Foundation

/// The kind, size and identity of what is at a path.
package struct FileStatus: Sendable, Equatable {
  /// A kind of thing that a folder can hold.
  package enum Kind: Sendable, Equatable {
    case file, folder, pipe, socket, device
  }

  /// The place of a file on its device, the same by whatever path it is reached.
  package struct Identity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    fileprivate init(_ status: stat) {
      (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
  }

  package let kind: Kind
  package let identity: Identity
  /// The bytes of a file.
  package let size: Int
  /// The time of the last change of its contents, in nanoseconds since 1970.
  package let changed: Int
  /// Indicates whether no one may write it.
  package let isWriteProtected: Bool

  /// Looks at what is at `path`, or at the end of the links there; nothing is opened.
  ///
  /// - Throws: ``FileError/missing(path:)``, ``FileError/unreadable(path:reason:)``.
  package init(_ path: String) throws(FileError) {
    var status = stat()
    guard path.withSystemPath({ stat($0, &status) }) == 0 else {
      throw [ENOENT, ENOTDIR, ELOOP].contains(errno)
        ? .missing(path: path) : .unreadable(path: path, reason: words(for: errno))
    }
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      default: .device
      }
    identity = Identity(status)
    size = Int(status.st_size)
    changed = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    isWriteProtected = status.st_mode & 0o222 == 0
  }

  /// Returns whether an open file is the one at `path`, and not one that was there before.
  static func isOpen(_ descriptor: Int32, at path: String) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0, let present = try? FileStatus(path) else { return false }
    return present.identity == Identity(status)
  }

  /// Returns whether anything is at `path`, or at the end of the links there.
  package static func exists(_ path: String) -> Bool { (try? FileStatus(path)) != nil }

  /// Returns whether a link is at `path`.
  package static func isLink(_ path: String) -> Bool {
    var status = stat()
    return path.withSystemPath { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Returns whether this process may write what is at `path`.
  package static func isWritable(_ path: String) -> Bool {
    path.withSystemPath { access($0, W_OK) } == 0
  }
}
