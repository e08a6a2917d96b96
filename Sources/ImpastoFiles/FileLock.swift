import Foundation

/// Lets one program at a time change a file.
///
/// It is the system's advisory lock on the file itself: programs that do not ask for it are not held
/// up. What reads and then replaces the file under it loses no change that another makes so.
package enum FileLock {
  /// Does `body` once no other holds the file at `path`, and keeps others waiting until it is done.
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
      guard descriptor >= 0 else { return descriptor }
      var outcome = flock(descriptor, LOCK_EX)
      while outcome != 0, errno == EINTR { outcome = flock(descriptor, LOCK_EX) }
      // While this one waited, the file may have been replaced, which leaves a lock on the old one.
      var (locked, present) = (stat(), stat())
      guard outcome == 0, fstat(descriptor, &locked) == 0,
        path.withSystemPath({ stat($0, &present) }) == 0,
        locked.st_dev != present.st_dev || locked.st_ino != present.st_ino
      else { return descriptor }
      close(descriptor)
    }
  }
}
