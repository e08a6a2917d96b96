import Foundation
import ImpastoFiles
import TestSupport
import Testing

struct PathTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Names that are text and such as are not: Latin-1, a surrogate, a character cut short, one written
  /// too long, a byte that is none, a control character, and the character that stands for a byte.
  private static let names: [[UInt8]] =
    ["a.png", "café", "cafe\u{301}", "神奈川", "\u{10FEFF}"].map { Array($0.utf8) } + [
      [0x63, 0xE9], [0xED, 0xA0, 0x80], [0x61, 0xE2, 0x82], [0xC0, 0x80], [0xFF, 0xFE],
      [0x1B, 0x5B], [0x0A], [0xF4, 0x8F, 0xBC, 0x80], [0xE9, 0x2F, 0xCC, 0x81],
    ]

  @Test(arguments: names)
  func `no byte of a path is lost`(bytes: [UInt8]) {
    #expect(String(pathBytes: bytes).pathBytes == bytes)
    #expect(
      String(pathBytes: bytes).withSystemPath { Data(bytes: $0, count: strlen($0)) } == Data(bytes))
  }

  @Test func `every single byte has a path of its own`() {
    let paths = (1...255).map { String(pathBytes: [UInt8($0)]) }
    #expect(Set(paths).count == 255)
    #expect(paths.map(\.pathBytes) == (1...255).map { [UInt8($0)] })
  }

  @Test func `text is a path as it is, and bytes that are none are shown as numbers`() {
    #expect(String(pathBytes: Array("a/é.png".utf8)) == "a/é.png")
    #expect("a/é.png".readablePath == "a/é.png")
    #expect(String(pathBytes: [0x63, 0xE9, 0x0A, 0x2E]).readablePath == #"c\xE9\x0A."#)
  }

  @Test(arguments: names.filter { !$0.contains(0x2F) })
  func `a file is listed, read, replaced and looked at whatever its name`(bytes: [UInt8]) throws {
    _ = try folder.write([1, 2, 3], as: "plain")
    try folder.link("plain", as: bytes)
    let name = String(pathBytes: bytes)
    #expect(
      try Set(Directory.names(in: folder.path).map(\.pathBytes)) == [bytes, Array("plain".utf8)])
    #expect(try FileContents.read(folder.file(name)) == Data([1, 2, 3]))
    #expect(try FileStatus(folder.file(name)).size == 3)
    try AtomicFile.write(Data([4]), to: folder.file(name))
    #expect(try FileContents.read(folder.file(name)) == Data([4]))
    #expect(try Directory.names(in: folder.path).count == 2)
  }

  @Test(arguments: [
    ("a", ".", "a"), ("a/b", "a", "b"), ("/a", "/", "a"), ("/", "/", ""), ("a/b//", "a", "b"),
    ("a/\u{301}b", "a", "\u{301}b"),
  ])
  func `a path has a folder and a name`(path: String, folder: String, name: String) {
    #expect(path.pathParts.folder == folder && path.pathParts.name == name)
  }
}

struct DirectoryTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `names come in the order of their bytes`() throws {
    for name in ["b", "É", "a", "E\u{301}", "Z"] { _ = try folder.write([0], as: name) }
    #expect(
      try Directory.names(in: folder.path).map { Array($0.utf8) }
        == ["E\u{301}", "Z", "a", "b", "É"].map { Array($0.utf8) })
  }

  @Test func `what is no folder is not listed`() throws {
    let (file, none) = (try folder.write([0], as: "a"), folder.file("none"))
    #expect(throws: FileError.notDirectory(path: file)) { try Directory.names(in: file) }
    #expect(throws: FileError.missing(path: none)) { try Directory.names(in: none) }
    #expect(
      FileError.notDirectory(path: "a").description
        == "a: a file, where a folder is expected; name the folder that it is in")
  }

  @Test(arguments: ["a", "a/", "a/b/c", "a\u{10FFE9}/b"])
  func `a folder is made with those above it, once`(path: String) throws {
    try Directory.make(folder.file(path))
    try Directory.make(folder.file(path))
    #expect(try FileStatus(folder.file(path)).kind == .folder)
  }

  @Test func `a folder that cannot be made is named with the reason`() throws {
    _ = try folder.write([0], as: "a")
    for path in ["a", "a/b"] {
      #expect {
        try Directory.make(folder.file(path))
      } throws: { error in
        "\(error)".hasPrefix("\(folder.file(path)): this folder cannot be made (")
          && "\(error)".hasSuffix("); name another")
      }
    }
  }

  @Test func `free space is what the system says`() throws {
    let attributes = try FileManager.default.attributesOfFileSystem(forPath: folder.path)
    let free = try #require(attributes[.systemFreeSize] as? NSNumber).doubleValue
    // Others write meanwhile.
    #expect(abs(Double(try #require(Directory.freeSpace(in: folder.path))) - free) < 0.05 * free)
    #expect(Directory.freeSpace(in: folder.file("none")) == nil)
  }
}

struct FilePlaceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `all paths to a file lead to one place`() throws {
    _ = try folder.write([0], as: "a")
    try Directory.make(folder.file("sub"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: "sub")
    #expect(FilePlace(folder.file("a")) == FilePlace(folder.file("sub/../a")))
    #expect(FilePlace(folder.file("sub/new")) == FilePlace(folder.file("link/new")))
    #expect(FilePlace(folder.file("sub/new")) != FilePlace(folder.file("new")))
    #expect(FilePlace(folder.file("x/y")) == FilePlace(folder.file("x//y")))
  }

  @Test(arguments: [
    ("/a/b/c.png", ["a", "b"]), ("/a//b/./c.png", ["a", "b"]), ("/a/../b/c.png", ["b"]),
    ("/../c.png", []), ("/c.png", []), ("/a/\u{301}b/c.png", ["a", "\u{301}b"]),
  ])
  func `the folders that lead to a file are found without the disk`(path: String, names: [String]) {
    #expect(path.folderNames == names)
  }

  @Test func `the folders that lead to a relative path begin with those of the working folder`() {
    let working = FileManager.default.currentDirectoryPath.split(separator: "/").map(String.init)
    #expect("a/../b/c.png".folderNames == working + ["b"])
    #expect("../c.png".folderNames == working.dropLast())
  }

  @Test func `names that look alike are two places`() throws {
    #expect(FilePlace(folder.file("caf\u{E9}")) != FilePlace(folder.file("cafe\u{301}")))
    _ = try folder.write([0], as: "caf\u{E9}")
    _ = try folder.write([0], as: "cafe\u{301}")
    #expect(FilePlace(folder.file("caf\u{E9}")) != FilePlace(folder.file("cafe\u{301}")))
  }
}
