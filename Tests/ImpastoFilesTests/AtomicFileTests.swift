import Foundation
import ImpastoFiles
import TestSupport
import Testing

struct AtomicFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a written file holds the bytes and nothing is left beside it`() throws {
    try AtomicFile.write([1, 2, 3] as [UInt8], to: folder.file("a"))
    #expect(try FileContents.read(folder.file("a")) == Data([1, 2, 3]))
    #expect(folder.names == ["a"])
  }

  @Test func `an old file is replaced whole`() throws {
    try AtomicFile.write(Data(count: 100), to: folder.file("a"))
    try AtomicFile.write(Data([7]), to: folder.file("a"))
    #expect(try FileContents.read(folder.file("a")) == Data([7]))
  }

  @Test(arguments: [0o600, 0o664, 0o444])
  func `a file that is replaced hands its permissions on`(_ permissions: Int) throws {
    try AtomicFile.write(Data([1]), to: folder.file("a"))
    try FileManager.default.setAttributes(
      [.posixPermissions: permissions], ofItemAtPath: folder.file("a"))
    try AtomicFile.write(Data([2]), to: folder.file("a"))
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("a"))
    #expect(attributes[.posixPermissions] as? Int == permissions)
    #expect(try FileContents.read(folder.file("a")) == Data([2]))
  }

  @Test func `pieces are written in order`() throws {
    try AtomicFile.write(to: folder.file("a")) { file throws(FileError) in
      try file.append(Data([1, 2]))
      try file.append([UInt8]())
      try file.append([3] as [UInt8])
    }
    #expect(try FileContents.read(folder.file("a")) == Data([1, 2, 3]))
  }

  @Test func `a body that fails leaves the old file and no temporary`() throws {
    try AtomicFile.write(Data([1]), to: folder.file("a"))
    #expect(throws: FileError.missing(path: "source")) {
      try AtomicFile.write(to: folder.file("a")) { file throws(FileError) in
        try file.append(Data([9, 9]))
        throw .missing(path: "source")
      }
    }
    #expect(try FileContents.read(folder.file("a")) == Data([1]))
    #expect(folder.names == ["a"])
  }

  @Test func `a full disk is reported`() {
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let file = AtomicFile.Writer(descriptor: descriptor, path: "a.png")
    var caught: FileError?
    do { try file.append(Data([1])) } catch { caught = error }
    #expect(caught == .cannotWrite(path: "a.png", reason: "No space left on device"))
    #expect(
      caught?.description
        == "a.png: cannot be written (No space left on device); "
        + "check the folder, its permissions and the free space")
  }

  @Test func `a write cut short by the system leaves the old file and no temporary`() async {
    // In a process of its own, since the limit on the size of files binds the whole process.
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      try AtomicFile.write(Data([1]), to: folder.file("a"))
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #expect(
        throws: FileError.cannotWrite(path: folder.file("a"), reason: "File too large")
      ) {
        try AtomicFile.write(Data(count: 200_000), to: folder.file("a"))
      }
      #expect(try FileContents.read(folder.file("a")) == Data([1]))
      #expect(folder.names == ["a"])
    }
  }

  @Test func `a missing folder is refused`() {
    let path = folder.file("absent/a")
    #expect(throws: FileError.cannotWrite(path: path, reason: "No such file or directory")) {
      try AtomicFile.write(Data([1]), to: path)
    }
  }

  @Test func `a folder that is a file is refused`() throws {
    try AtomicFile.write(Data([1]), to: folder.file("a"))
    let path = folder.file("a/b")
    #expect(throws: FileError.cannotWrite(path: path, reason: "Not a directory")) {
      try AtomicFile.write(Data([2]), to: path)
    }
    #expect(try FileContents.read(folder.file("a")) == Data([1]))
  }

  @Test func `a folder is not replaced by a file`() {
    #expect(throws: FileError.cannotWrite(path: folder.path, reason: "Is a directory")) {
      try AtomicFile.write(Data([1]), to: folder.path)
    }
  }

  @Test func `a device is not replaced by a file`() {
    #expect(throws: FileError.cannotWrite(path: "/dev/null", reason: "not a regular file")) {
      try AtomicFile.write(Data([1]), to: "/dev/null")
    }
  }

  @Test(arguments: [true, false])
  func `a link stays and what it points to is replaced`(exists: Bool) throws {
    if exists { try AtomicFile.write(Data([1]), to: folder.file("target")) }
    #expect(symlink("target", folder.file("link")) == 0)
    try AtomicFile.write(Data([2]), to: folder.file("link"))
    #expect(try FileContents.read(folder.file("target")) == Data([2]))
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("link"))
    #expect(attributes[.type] as? FileAttributeType == .typeSymbolicLink)
    #expect(folder.names == ["link", "target"])
  }

  @Test func `links in a circle are refused`() {
    #expect(symlink("b", folder.file("a")) == 0)
    #expect(symlink("a", folder.file("b")) == 0)
    #expect(
      throws: FileError.cannotWrite(
        path: folder.file("a"), reason: "Too many levels of symbolic links")
    ) {
      try AtomicFile.write(Data([1]), to: folder.file("a"))
    }
  }

  @Test func `the longest of file names can be written`() throws {
    let name = String(repeating: "n", count: 255)
    try AtomicFile.write(Data([1]), to: folder.file(name))
    #expect(folder.names == [name])
  }
}
