import Foundation
import ImpastoFiles
import TestSupport
import Testing

struct FileLinesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `lines that a program has not written yet are not waited for`() throws {
    let writer = try folder.makePipe("pipe")
    let lines = try FileLines(folder.file("pipe"), limit: 100)
    func next() throws -> String? {
      try lines.next(endingIn: UInt8(ascii: "\n"), waits: false).map {
        String(decoding: $0.bytes, as: UTF8.self)
      }
    }
    #expect(try next() == nil && !lines.hasEnded)
    try writer.write(contentsOf: Data("a\nb".utf8))
    #expect(try next() == "a")
    #expect(try next() == nil && !lines.hasEnded)
    try writer.write(contentsOf: Data("c\nd".utf8))
    #expect(try next() == "bc")
    try writer.close()
    #expect(try next() == "d" && lines.hasEnded)
    #expect(try next() == nil)
  }

  @Test func `a file is never waited for`() throws {
    let path = try folder.write("a\nb\n".utf8, as: "list")
    let list = try PathList(path)
    #expect(try list.next(waits: false) == "a" && list.isOpen)
    #expect(try list.next(waits: false) == "b")
    #expect(try list.next(waits: false) == nil && !list.isOpen)
  }
}
