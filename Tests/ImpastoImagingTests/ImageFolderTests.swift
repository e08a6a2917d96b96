import Foundation
import ImpastoFiles
import ImpastoImaging
import TestSupport
import Testing

struct ImageFolderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func make(_ names: String...) throws {
    for name in names {
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: folder.file(name)).deletingLastPathComponent(),
        withIntermediateDirectories: true)
      _ = try folder.write([0, 0], as: name)
    }
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(name), withDestinationPath: target)
  }

  /// What is left out, by the names within the folder, and why.
  private func omissions(of found: ImageFolder) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: found.omissions.map {
        (String($0.path.dropFirst(folder.path.count + 1)), "\($0.reason)")
      })
  }

  @Test func `pictures are told by their extension, and what is hidden is passed over`() throws {
    try make("b.JPG", "a.png", "c.jpeg", ".d.png", ".e/f.png", "notes.txt", "png", "sub/g.png")
    let found = try ImageFolder(folder.path, isDeep: false)
    #expect(found.pictures.map(\.name) == ["a.png", "b.JPG", "c.jpeg"])
    #expect(found.pictures.map(\.byteCount) == [2, 2, 2])
    #expect(found.path(of: "a.png") == folder.file("a.png"))
    #expect(
      omissions(of: found) == [
        "notes.txt": "not a picture by its extension", "png": "not a picture by its extension",
        "sub": "a folder",
      ])
  }

  @Test func `a folder is searched to its depths where that is asked for`() throws {
    try make("b.png", "sub/deeper/c.png", "a/z.png", "a.png", "a/.hidden/y.png", "a/t.txt")
    let found = try ImageFolder(folder.path, isDeep: true)
    #expect(found.pictures.map(\.name) == ["a.png", "a/z.png", "b.png", "sub/deeper/c.png"])
    #expect(omissions(of: found) == ["a/t.txt": "not a picture by its extension"])
  }

  @Test func `links are followed, to each folder once, and circles end`() throws {
    try make("photos/a.png", "elsewhere/b.png", "file.bin")
    try link("photos/again.jpg", to: "a.png")
    try link("photos/odd.png", to: "../file.bin")
    try link("photos/up", to: "..")
    try link("photos/0", to: "../elsewhere")
    try link("photos/1", to: "../elsewhere")
    try link("elsewhere/back", to: "../photos")
    try link("photos/self.png", to: "self.png")
    try link("photos/nothing.png", to: "nowhere")
    try link("photos/nothing.txt", to: "nowhere")
    let found = try ImageFolder(folder.file("photos"), isDeep: true)
    #expect(
      found.pictures.map(\.name) == ["0/b.png", "a.png", "again.jpg", "odd.png"])
    let again = "a folder that is searched already, under another name"
    #expect(
      omissions(of: found) == [
        "photos/0/back": again, "photos/1": again, "photos/up/elsewhere": again,
        "photos/up/photos": again, "photos/up/file.bin": "not a picture by its extension",
        "photos/self.png": "a link to nothing", "photos/nothing.png": "a link to nothing",
        "photos/nothing.txt": "not a picture by its extension",
      ])
    #expect(found.omissions.filter(\.reason.isFailure).count == 2)
  }

  @Test func `a folder goes by its own name and not by that of a link to it`() throws {
    try make("z/a.png")
    try link("a", to: "z")
    #expect(try ImageFolder(folder.path, isDeep: true).pictures.map(\.name) == ["z/a.png"])
  }

  @Test func `special files are left out without being opened`() throws {
    try make("a.png")
    #expect(mkfifo(folder.file("b.jpg"), 0o600) == 0)
    try link("c.jpg", to: "/dev/zero")
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    // The path of a socket is short.
    let place = "/tmp/impasto-\(getpid()).jpg"
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: place.utf8) }
    let outcome = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(outcome == 0)
    defer { unlink(place) }
    try link("d.jpg", to: place)
    let found = try ImageFolder(folder.path, isDeep: true)
    #expect(found.pictures.map(\.name) == ["a.png"])
    #expect(
      omissions(of: found) == [
        "b.jpg": "a pipe, not a file", "c.jpg": "a device, not a file",
        "d.jpg": "a socket, not a file",
      ])
  }

  @Test func `names that are not text and names that look alike are files of their own`() throws {
    _ = try folder.write(
      try Image(width: 16, height: 16, pixels: [UInt8](repeating: 9, count: 768)).encoded(as: .png),
      as: "plain")
    let names = [
      Array("caf\u{E9}.png".utf8), Array("cafe\u{301}.png".utf8), [0xE9] + Array(".png".utf8),
    ]
    for name in names { try folder.link("plain", as: name) }
    let found = try ImageFolder(folder.path, isDeep: false)
    #expect(Set(found.pictures.map { Array($0.name.pathBytes) }) == Set(names))
    for picture in found.pictures {
      #expect(try Image(contentsOf: found.path(of: picture.name)).width == 16)
    }
  }

  @Test func `a folder below is left out where it is excluded, and the folder itself is not`()
    throws
  {
    try make("a.png", "out/b.png")
    let found = try ImageFolder(folder.path, isDeep: true, excluding: folder.file("./out/"))
    #expect(found.pictures.map(\.name) == ["a.png"])
    #expect(omissions(of: found) == ["out": "the folder of the results"])
    let whole = try ImageFolder(folder.path, isDeep: true, excluding: folder.file("out/.."))
    #expect(whole.pictures.map(\.name) == ["a.png", "out/b.png"])
  }

  @Test func `what is no folder is refused, and an empty one is empty`() throws {
    try make("a.png")
    #expect(throws: ImageError.file(.notDirectory(path: folder.file("a.png")))) {
      try ImageFolder(folder.file("a.png"), isDeep: false)
    }
    #expect(throws: ImageError.file(.missing(path: folder.file("none")))) {
      try ImageFolder(folder.file("none"), isDeep: true)
    }
    try FileManager.default.createDirectory(
      atPath: folder.file("empty"), withIntermediateDirectories: false)
    #expect(try ImageFolder(folder.file("empty"), isDeep: true).pictures.isEmpty)
  }
}
