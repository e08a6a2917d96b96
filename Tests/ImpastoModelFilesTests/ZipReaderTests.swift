import Foundation
import ImpastoModelFiles
import Testing

@Suite struct ZipReaderTests {
  @Test func `stored, deflated, empty and 64-bit members are read`() throws {
    let archive = try ZipReader(contentsOf: try Fixture.path("members.zip"))
    #expect(
      archive.memberNames == [
        "bzip2.txt", "empty.txt", "folder/deflated.txt", "folder/stored.txt", "large.txt",
      ])
    #expect(try archive.contents(of: "folder/stored.txt") == text("stored ", 3))
    #expect(try archive.contents(of: "folder/deflated.txt") == text("deflated ", 40))
    #expect(try archive.contents(of: "empty.txt").isEmpty)
    #expect(try archive.contents(of: "large.txt") == text("its local header has 64-bit sizes", 1))
  }

  @Test func `an archive whose directory is 64-bit throughout is read`() throws {
    let archive = try ZipReader(try Fixture.bytes("members64.zip"), name: "members64.zip")
    #expect(archive.memberNames == ["first.txt", "second.txt"])
    #expect(try archive.contents(of: "first.txt") == text("the first", 1))
    #expect(try archive.contents(of: "second.txt") == text("the second", 1))
  }

  @Test func `a slice of a larger file is read like a file`() throws {
    let bytes = try Fixture.bytes("members.zip")
    let slice = (Data([1, 2, 3]) + bytes).dropFirst(3)
    let archive = try ZipReader(slice, name: "slice")
    #expect(try archive.contents(of: "folder/deflated.txt") == text("deflated ", 40))
  }

  private func text(_ piece: String, _ count: Int) -> Data {
    Data(String(repeating: piece, count: count).utf8)
  }
}
