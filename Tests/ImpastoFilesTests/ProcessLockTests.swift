import Foundation
import ImpastoFiles
import TestSupport
import Testing

struct ProcessLockTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("lock")
  }

  @Test func `what is held is refused with the process and the time`() throws {
    let lock = try ProcessLock(path)
    #expect(!lock.wasAbandoned)
    let error = #expect(throws: FileError.self) { try ProcessLock(path) }
    let text = try #require(error?.description)
    let process = #/process (\d+), since \d\d:\d\d/#
    #expect(
      text.replacing(process, with: "PROCESS")
        == "\(path): another impasto (PROCESS) is at work on it; wait for its end")
    let number = try #require(try process.firstMatch(in: text)?.1)
    #expect(number == "\(getpid())")
    lock.remove()
  }

  @Test func `one that began on another day tells the day`() throws {
    // Held through another descriptor, with the words of a process of the year 2001.
    try Data("77 1000000000\n".utf8).write(to: folder.url("lock"))
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX) == 0)
    let error = #expect(throws: FileError.self) { try ProcessLock(path) }
    guard case .inUse(_, let process) = error else { return }
    #expect(process.hasPrefix("process 77, since 2001-09-"))
  }

  @Test func `a lock that was taken away leaves nothing, and the next finds nothing abandoned`()
    throws
  {
    for _ in 0..<2 {
      let lock = try ProcessLock(path)
      #expect(!lock.wasAbandoned)
      lock.remove()
      #expect(folder.names.isEmpty)
    }
  }

  @Test func `the lock of a process that ended holds nobody up`() throws {
    try Data("77 1000000000\n".utf8).write(to: folder.url("lock"))
    let lock = try ProcessLock(path)
    #expect(lock.wasAbandoned)
    #expect(try FileContents.read(path).starts(with: Data("\(getpid()) ".utf8)))
  }

  @Test func `a lock in a missing folder is refused`() {
    let path = folder.file("absent/lock")
    #expect(throws: FileError.cannotWrite(path: path, reason: "No such file or directory")) {
      try ProcessLock(path)
    }
  }
}
