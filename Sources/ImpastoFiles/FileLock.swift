import Foundation

/// Lets one program at a time change a file.
///
/// It is the system's advisory lock on the file itself: programs that do not ask for it are not
/// held up. What reads and then replaces the file under it loses no change that another makes so.
package enum FileLock {
  /// Runs `body` once no other process holds the file at `path`, and keeps others waiting until it is done.
  ///
  /// A file that cannot be opened, or is on a file system without locks, is not held; `body` then
  /// finds out for itself.
  package static func holding<Result>(
    _ path: String, _ body: () throws -> Result
  ) rethrows -> Result {
    let descriptor = lockedDescriptor(path)
    defer { if descriptor >= 0 { close(descriptor) } }
    return try body()
  }

  private static func lockedDescriptor(_ path: String) -> Int32 {
    while true {
      let descriptor = path.withSystemPath { open($0, O_RDONLY | O_CLOEXEC) }
      // A lock on a file that is no longer at the path would keep nobody out.
      guard descriptor >= 0, lock(descriptor, LOCK_EX), !FileStatus.isOpen(descriptor, at: path)
      else { return descriptor }
      close(descriptor)
    }
  }

  /// Locks an open file; false, with the reason in `errno`, where that cannot be.
  static func lock(_ descriptor: Int32, _ kind: Int32) -> Bool {
    while flock(descriptor, kind) != 0 {
      guard errno == EINTR else { return false }
    }
    return true
  }
}
