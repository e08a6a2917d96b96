import Foundation
import ImpastoFiles
import TestSupport
import Testing

struct ByteSourceTests {
  let folder: TemporaryFolder
  private let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })

  init() throws { folder = try TemporaryFolder() }

  /// Reads to the end in pieces.
  private func contents(of source: ByteSource, piece: Int) throws -> Data {
    var contents = Data()
    var room = [UInt8](repeating: 0, count: piece)
    while true {
      let count = try room.withUnsafeMutableBufferPointer { try source.read(into: $0) }
      contents += room.prefix(count)
      if count < piece { return contents }
    }
  }

  @Test(arguments: [1, 4_095, 65_536, 100_000, 200_000])
  func `a file is read in pieces, again after rewinding`(piece: Int) throws {
    try AtomicFile.write(bytes, to: folder.file("a"))
    let source = try ByteSource(folder.file("a"))
    #expect(source.heldBytes == 0)
    #expect(try contents(of: source, piece: piece) == bytes)
    #expect(try contents(of: source, piece: piece).isEmpty)
    source.rewind()
    #expect(try contents(of: source, piece: piece) == bytes)
  }

  @Test func `bytes in memory are read like those of a file`() throws {
    let source = ByteSource(bytes.dropFirst(7))
    #expect(source.heldBytes == bytes.count - 7)
    for _ in 0..<2 {
      #expect(try contents(of: source, piece: 999) == bytes.dropFirst(7))
      source.rewind()
    }
  }

  @Test func `a pipe is held, so that it can be read again`() throws {
    let path = folder.file("pipe")
    try #require(mkfifo(path, 0o600) == 0)
    let bytes = bytes
    let thread = Thread {
      let pipe = FileHandle(forWritingAtPath: path)
      try? pipe?.write(contentsOf: bytes)
      try? pipe?.close()
    }
    thread.start()
    let source = try ByteSource(path)
    #expect(source.heldBytes == bytes.count)
    for _ in 0..<2 {
      #expect(try contents(of: source, piece: 5_000) == bytes)
      source.rewind()
    }
  }

  @Test func `what cannot be read is refused when it is opened`() throws {
    try AtomicFile.write(Data(), to: folder.file("empty"))
    try AtomicFile.write(Data([1]), to: folder.file("a"))
    let missing = folder.file("missing")
    let inside = folder.file("a/b")
    #expect(throws: FileError.missing(path: missing)) { try ByteSource(missing) }
    #expect(throws: FileError.isDirectory(path: folder.path)) { try ByteSource(folder.path) }
    #expect(throws: FileError.empty(path: folder.file("empty"))) {
      try ByteSource(folder.file("empty"))
    }
    #expect(throws: FileError.empty(path: "/dev/null")) { try ByteSource("/dev/null") }
    #expect(throws: FileError.unreadable(path: inside, reason: "Not a directory")) {
      try ByteSource(inside)
    }
  }

  @Test func `a file over the limit is refused before it is read`() throws {
    let path = try folder.write([1], as: "a")
    try #require(truncate(path, FileContents.defaultLimit + 1) == 0)
    #expect(throws: FileError.tooLarge(path: path, limit: FileContents.defaultLimit)) {
      try ByteSource(path)
    }
  }

  @Test func `files are closed, read or refused`() throws {
    let path = try folder.write([1], as: "a")
    let empty = try folder.write([], as: "empty")
    func openFiles() throws -> Int {
      let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      let files = descriptors.map {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
      }
      return files.count { $0?.hasPrefix(folder.path) == true }
    }
    do {
      let source = try ByteSource(path)
      #expect(try openFiles() == 1)
      source.rewind()
    }
    #expect(throws: FileError.self) { try ByteSource(empty) }
    #expect(throws: FileError.self) { try ByteSource(folder.path) }
    #expect(try openFiles() == 0)
  }
}
