import Foundation
import ImpastoFiles
import TestSupport
import Testing

/// Files in the making, and what is left of them.
struct DraftTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [false, true])
  func `a draft has no name until it is complete`(isReplacing: Bool) throws {
    if isReplacing { try Data([1]).write(to: folder.url("a")) }
    let before = folder.names
    let draft = try AtomicFile.Draft(folder.file("a"))
    try draft.append(Data([2, 3]))
    #expect(folder.names == before)
    try draft.commit()
    #expect(folder.names == ["a"])
    #expect(try FileContents.read(folder.file("a")) == Data([2, 3]))
  }

  @Test func `a file that came in between is replaced`() throws {
    let draft = try AtomicFile.Draft(folder.file("a"))
    try draft.append(Data([2]))
    try Data([1]).write(to: folder.url("a"))
    try draft.commit()
    #expect(folder.names == ["a"])
    #expect(try FileContents.read(folder.file("a")) == Data([2]))
  }

  @Test func `nothing is left of a process that is killed`() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.file("a") as String] in
      let draft = try AtomicFile.Draft(path)
      try draft.append(Data([1]))
      kill(getpid(), SIGKILL)
    }
    #expect(folder.names.isEmpty)
  }

  // Where files without names cannot be had.

  @Test func `hidden files of one target that are held have names of their own`() throws {
    let target = folder.file("a")
    let files = try (0..<3).map { _ in try HiddenFile.create(for: target, path: "a") }
    #expect(files.map(\.name) == (0..<3).map { "\(HiddenFile.base(for: target))-\($0)" })
    #expect(Set(folder.names.map { "\(folder.path)/\($0)" }) == Set(files.map(\.name)))
    for file in files { close(file.descriptor) }
  }

  @Test func `a hidden file that nobody holds is removed by the next of the same target`() throws {
    let target = folder.file("a")
    let other = try HiddenFile.create(for: folder.file("b"), path: "b")
    let dead = try HiddenFile.create(for: target, path: "a")
    close(dead.descriptor)
    close(other.descriptor)
    let next = try HiddenFile.create(for: target, path: "a")
    defer { close(next.descriptor) }
    #expect(next.name == dead.name && folder.names.count == 2)
    #expect(FileManager.default.fileExists(atPath: other.name))
  }

  @Test func `the longest of names has hidden files too`() throws {
    let target = folder.file(String(repeating: "n", count: 255))
    let file = try HiddenFile.create(for: target, path: target)
    close(file.descriptor)
    #expect(folder.names.count == 1)
  }

  @Test func `a replaced file is named over by way of a hidden one that a kill has left`() throws {
    try Data([1]).write(to: folder.url("a"))
    let dead = try HiddenFile.create(for: folder.file("a"), path: "a")
    close(dead.descriptor)
    try AtomicFile.write(Data([2]), to: folder.file("a"))
    #expect(folder.names == ["a"])
    #expect(try FileContents.read(folder.file("a")) == Data([2]))
  }
}
