import Foundation
import ImpastoFiles
import TestSupport
import Testing

struct FileContentsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [1, 65_535, 65_536, 65_537, 300_000])
  func `every byte of a file is read`(count: Int) throws {
    let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    try AtomicFile.write(bytes, to: folder.file("a"))
    #expect(try FileContents.read(folder.file("a")) == bytes)
    #expect(try FileContents.read(folder.file("a"), atMost: count) == bytes)
  }

  @Test func `a missing file is named`() {
    #expect(throws: FileError.missing(path: folder.file("absent"))) {
      try FileContents.read(folder.file("absent"))
    }
    #expect(
      FileError.missing(path: "a.png").description
        == "a.png: no such file; check the name and the folder")
  }

  @Test func `a folder is not a file`() {
    #expect(throws: FileError.isDirectory(path: folder.path)) {
      try FileContents.read(folder.path)
    }
    #expect(
      FileError.isDirectory(path: "photos").description
        == "photos: a folder, where a file is expected; name a file inside it")
  }

  @Test func `an empty file is refused`() throws {
    try AtomicFile.write(Data(), to: folder.file("a"))
    #expect(throws: FileError.empty(path: folder.file("a"))) {
      try FileContents.read(folder.file("a"))
    }
    #expect(
      FileError.empty(path: "a.png").description
        == "a.png: the file is empty; copy or download it again")
  }

  @Test func `a file over the limit is refused`() throws {
    try AtomicFile.write(Data(count: 11), to: folder.file("a"))
    #expect(throws: FileError.tooLarge(path: folder.file("a"), limit: 10)) {
      try FileContents.read(folder.file("a"), atMost: 10)
    }
    #expect(
      FileError.tooLarge(path: "a.png", limit: 10).description
        == "a.png: larger than the 10 bytes that are read at most; use a smaller file")
  }

  @Test func `of a device whose beginning is not wanted only that is read`() throws {
    var beginnings: [Data] = []
    let read = try FileContents.read("/dev/zero") { beginning in
      beginnings.append(beginning)
      return false
    }
    #expect(beginnings == [read])
    #expect(read.count >= FileContents.beginning && read.count <= 1 << 17)
    try AtomicFile.write(Data(count: 300_000), to: folder.file("a"))
    var calls = 0
    let whole = try FileContents.read(folder.file("a")) { _ in
      calls += 1
      return true
    }
    #expect(calls == 1 && whole.count == 300_000)
  }

  @Test func `a device without end stops at the limit`() {
    #expect(throws: FileError.tooLarge(path: "/dev/zero", limit: 100_000)) {
      try FileContents.read("/dev/zero", atMost: 100_000)
    }
  }

  @Test func `a path through a file is refused with the system's words`() throws {
    try AtomicFile.write(Data([1]), to: folder.file("a"))
    let path = folder.file("a/b")
    #expect(throws: FileError.unreadable(path: path, reason: "Not a directory")) {
      try FileContents.read(path)
    }
    #expect(
      FileError.unreadable(path: "a", reason: "Permission denied").description
        == "a: cannot be read (Permission denied); check the path and its permissions")
  }
}
