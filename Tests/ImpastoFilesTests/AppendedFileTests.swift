import Foundation
import ImpastoFiles
import TestSupport
import Testing

struct AppendedFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder.url("a"), withIntermediateDirectories: true)
  }

  @Test func `what follows the kept bytes is cut off, and more is appended`() throws {
    let path = try folder.write("one\nto".utf8, as: "a/lines")
    let file = try AppendedFile(path, keeping: 4)
    try file.append(Data("two\n".utf8))
    try file.append(Data("three\n".utf8))
    #expect(try FileContents.read(path) == Data("one\ntwo\nthree\n".utf8))
  }

  @Test(arguments: [false, true])
  func `nothing is appended to a file that nobody would find`(isReplaced: Bool) throws {
    let path = folder.file("a/lines")
    let file = try AppendedFile(path, keeping: 0)
    try file.append(Data("one\n".utf8))
    try FileManager.default.moveItem(at: folder.url("a"), to: folder.url("b"))
    if isReplaced {
      try FileManager.default.createDirectory(
        at: folder.url("a"), withIntermediateDirectories: true)
      _ = try folder.write("other\n".utf8, as: "a/lines")
    }
    #expect(
      throws: FileError.cannotWrite(
        path: path, reason: "it was moved or removed while it was being written")
    ) { try file.append(Data("two\n".utf8)) }
    #expect(try FileContents.read(folder.file("b/lines")) == Data("one\n".utf8))
  }
}
