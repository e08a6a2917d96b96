import Foundation

/// Hidden files beside a file that they are to replace.
///
/// The process that creates one holds the system's lock on it as long as it exists. One that is not
/// held was left by a process that was killed, and is removed by the next one that writes the same
/// file.
package enum HiddenFile {
  /// Creates an empty file, with the permissions that the user's mask gives new files.
  ///
  /// - Parameters:
  ///   - target: The file to replace.
  ///   - path: Its name in errors.
  /// - Throws: ``FileError/cannotWrite(path:reason:)``.
  package static func create(
    for target: String, path: String
  ) throws(FileError) -> (descriptor: Int32, name: String) {
    while true {
      let file = try name(for: target, path: path) { name -> (descriptor: Int32, name: String)? in
        let descriptor = name.withSystemPath {
          open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        }
        return descriptor < 0 ? nil : (descriptor, name)
      }
      _ = FileLock.lock(file.descriptor, LOCK_EX | LOCK_NB)
      if FileStatus.isOpen(file.descriptor, at: file.name) { return file }
      // Another took it for abandoned before it was held.
      close(file.descriptor)
    }
  }

  /// The result of `make` for the first name that is free.
  ///
  /// - Parameter make: Makes the file; returns nil, with the reason in `errno`, where it cannot.
  static func name<Result>(
    for target: String, path: String, _ make: (String) -> Result?
  ) throws(FileError) -> Result {
    var number = 0
    while true {
      let name = "\(base(for: target))-\(number)"
      if let result = make(name) { return result }
      guard errno == EEXIST || errno == EINTR else { throw failure(path) }
      if errno == EEXIST, !removeAbandoned(name) { number += 1 }
    }
  }

  /// The beginning of the names of all hidden files that belong to the file at `target`, whose own
  /// name may be as long as a name can be.
  package static func base(for target: String) -> String {
    let (folder, name) = target.pathParts
    let digest = SHA256Digest.hexadecimal(of: Data(name.utf8)).prefix(16)
    return "\(folder)/.impasto-\(digest)"
  }

  /// Removes the file at `name` if no process holds it.
  private static func removeAbandoned(_ name: String) -> Bool {
    let descriptor = name.withSystemPath {
      open($0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    }
    guard descriptor >= 0 else { return errno == ENOENT }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && FileStatus.isOpen(descriptor, at: name)
      && name.withSystemPath { unlink($0) } == 0
  }
}
