import Foundation
import ImpastoFiles
import ImpastoService
import TestSupport
import Testing

@Suite struct DataFolderTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("data") }

  init() throws { folder = try TemporaryFolder() }

  private func refusal(_ path: String) -> String? {
    do throws(ServiceError) {
      _ = try DataFolder(at: path)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `two servers on one folder are told apart`() throws {
    let first = try DataFolder(at: path)
    let text = try #require(refusal(path))
    #expect(
      text.contains(
        "\(path): another impasto serve (process \(ProcessInfo.processInfo.processIdentifier), since "
      ))
    #expect(text.hasSuffix(") works on this data; end it, or name another folder with --data"))
    _ = first.path
  }

  @Test func `a foreign folder is left alone`() throws {
    try Directory.make(path)
    try Data("x".utf8).write(to: folder.url("data/diary.txt"))
    #expect(
      refusal(path)
        == "\(path): holds files that are not of impasto serve; name an empty or a new folder with --data"
    )
    #expect(try Directory.names(in: path) == ["diary.txt"])
  }

  @Test func `the data of a newer version is not touched`() throws {
    _ = try DataFolder(at: path)
    try Data("2\n".utf8).write(to: folder.url("data/version"))
    #expect(
      refusal(path) == """
        \(path): written by a newer Impasto (version 2 of the data, expected 1); update Impasto, or \
        name another folder with --data
        """)
  }

  @Test func `a file in place of the folder is named`() throws {
    try Data().write(to: folder.url("data"))
    #expect(
      refusal(path) == """
        \(path): this folder cannot be used for the data (File exists); check it and its permissions, \
        or name another with --data
        """)
  }

  @Test func `files survive a restart, and what was not whole does not`() async throws {
    var data = try DataFolder(at: path)
    let photo = try await QueueFixture.addPhoto(to: data)
    let bytes = try FileContents.read(data.file(of: photo), atMost: 1 << 20)
    try Data([1]).write(to: URL(filePath: data.temporaryFile()))
    try Data([1]).write(to: URL(filePath: data.file(of: Identifier())))
    try Directory.make("\(path)/jobs/\(Identifier())/work")
    data = try DataFolder(at: try moved())
    #expect(try await data.photo(photo)?.name == "my photo.png")
    #expect(try FileContents.read(data.file(of: photo), atMost: 1 << 20) == bytes)
    #expect(try Directory.names(in: data.path + "/incoming") == [])
    #expect(try Directory.names(in: data.path + "/files") == [photo.description])
    #expect(try Directory.names(in: data.path + "/jobs") == [])
  }

  /// A copy of the folder as it is at this moment, as a server finds it that begins after a crash.
  private func moved() throws -> String {
    let copy = folder.file("copy")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    return copy
  }

  @Test func `the oldest files make room, and what is larger than all is refused`() async throws {
    var limits = DataLimits()
    let sizes = try DataFolder(at: folder.file("sizes"))
    let bytes = try #require(
      try await sizes.photo(try await QueueFixture.addPhoto(to: sizes))?.bytes)
    limits.bytes = bytes * 2
    let data = try DataFolder(at: path, limits: limits)
    let ids = [
      try await QueueFixture.addPhoto(to: data), try await QueueFixture.addPhoto(to: data),
      try await QueueFixture.addPhoto(to: data),
    ]
    #expect(try await data.photo(ids[0]) == nil)
    #expect(!FileStatus.exists(data.file(of: ids[0])))
    #expect(try await data.photo(ids[1]) != nil)
    #expect(try await data.photo(ids[2]) != nil)
    await #expect(throws: ServiceError.self) {
      _ = try await QueueFixture.addPhoto(to: data, width: 600, height: 600)
    }
  }

  @Test func `a file is removed when its time is over`() async throws {
    var limits = DataLimits()
    limits.fileLifetime = -1
    let data = try DataFolder(at: path, limits: limits)
    let photo = try await QueueFixture.addPhoto(to: data)
    #expect(try await data.photo(photo) == nil)
    try await data.removeExpired()
    #expect(!FileStatus.exists(data.file(of: photo)))
  }
}
