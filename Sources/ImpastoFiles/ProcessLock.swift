import Foundation

/// Keeps a file or folder to one process for as long as that works on it.
///
/// It is the system's advisory lock on a file, which ends with the process. The file tells others
/// whose lock it is: the number of the process, the second in which it began, since 1970, and its
/// machine.
package final class ProcessLock: Sendable {
  /// Indicates whether the process that held the lock before ended without taking the file away.
  package let wasAbandoned: Bool
  private let path: String
  private let descriptor: Int32

  /// Takes the lock that the file at `path` stands for.
  ///
  /// On a file system without locks nobody is kept out.
  ///
  /// - Throws: ``FileError/inUse(path:by:)`` where another holds it, or
  ///   ``FileError/cannotWrite(path:reason:)``.
  package init(_ path: String) throws(FileError) {
    while true {
      let descriptor = path.withSystemPath {
        open($0, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o666)
      }
      guard descriptor >= 0 else { throw failure(path) }
      let holder = Self.contents(of: descriptor)
      if !FileLock.lock(descriptor, LOCK_EX | LOCK_NB), errno == EWOULDBLOCK {
        close(descriptor)
        throw .inUse(path: path, by: Self.words(for: holder))
      }
      // One that has just ended may have taken the file away.
      guard FileStatus.isOpen(descriptor, at: path) else {
        close(descriptor)
        continue
      }
      (self.path, self.descriptor) = (path, descriptor)
      wasAbandoned = !holder.isEmpty
      break
    }
    ftruncate(descriptor, 0)
    let text = "\(getpid()) \(time(nil)) \(Self.host)\n"
    pwrite(descriptor, text, text.utf8.count, 0)
  }

  deinit { close(descriptor) }

  /// Takes the file away: the work is done.
  package func remove() { path.withSystemPath { _ = unlink($0) } }

  private static func contents(of descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// “process 1234, since 14:03”, with the day and the machine where they are others than here.
  private static func words(for holder: String) -> String {
    let fields = holder.split(whereSeparator: \.isWhitespace)
    let numbers = fields.prefix(2).compactMap { Int($0) }
    guard numbers.count == 2 else { return "a process that has just begun" }
    let since = local(numbers[1])
    let isToday = since.prefix(10) == local(time(nil)).prefix(10)
    let machine = fields.dropFirst(2).first.map(String.init) ?? host
    return "process \(numbers[0])\(machine == host ? "" : " on \(machine)"), "
      + "since \(isToday ? String(since.suffix(5)) : since)"
  }

  private static var host: String { ProcessInfo.processInfo.hostName }

  /// A time as “2026-11-27 14:03”, where the user is.
  private static func local(_ seconds: Int) -> String {
    var (seconds, parts) = (time_t(seconds), tm())
    localtime_r(&seconds, &parts)
    var text = [UInt8](repeating: 0, count: 32)
    let count = strftime(&text, text.count, "%Y-%m-%d %H:%M", &parts)
    return String(decoding: text.prefix(count), as: UTF8.self)
  }
}
