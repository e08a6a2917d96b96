import Foundation
import ImpastoFiles
import TestSupport
import Testing

struct FileLockTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `of changes made at once none is lost, though each replaces the file`() throws {
    let path = folder.file("count")
    try AtomicFile.write(Data("0".utf8), to: path)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<25 {
        try? FileLock.holding(path) {
          let count = Int(String(decoding: try FileContents.read(path), as: UTF8.self)) ?? 0
          try AtomicFile.write(Data("\(count + 1)".utf8), to: path)
        }
      }
    }
    #expect(try FileContents.read(path) == Data("200".utf8))
    #expect(folder.names == ["count"])
  }

  @Test func `what is thrown under a lock comes out, and the lock is free again`() throws {
    let path = folder.file("a")
    try AtomicFile.write(Data([1]), to: path)
    for _ in 0..<2 {
      #expect(throws: FileError.empty(path: "a")) {
        try FileLock.holding(path) { throw FileError.empty(path: "a") }
      }
    }
  }

  @Test func `a file that is missing is not waited for`() {
    #expect(FileLock.holding(folder.file("absent")) { 7 } == 7)
  }
}
