import Foundation
import ImpastoImaging
import ImpastoTraining
import TestSupport
import Testing

struct ImageDatasetTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `all photos of a folder and those below it are listed in order`() throws {
    try folder.make(["b.JPG", "a.png", "sub/deeper/c.jpeg", "a/z.jpg"])
    #expect(
      try ImageDataset(folder: folder.path).names
        == ["a.png", "a/z.jpg", "b.JPG", "sub/deeper/c.jpeg"])
  }

  @Test func `hidden files, other files and folders named like photos are no photos`() throws {
    try folder.make(["a.png", ".b.png", ".hidden/c.png", "d.txt", "png", "e.gif", "f.png/g.txt"])
    #expect(try ImageDataset(folder: folder.path).names == ["a.png"])
  }

  @Test func `a link to a photo is a photo and one to nothing is none`() throws {
    try folder.make(["elsewhere.bin"])
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: folder.file("a.jpg"), withDestinationPath: folder.file("elsewhere.bin"))
    try files.createSymbolicLink(atPath: folder.file("b.jpg"), withDestinationPath: "/nothing")
    #expect(try ImageDataset(folder: folder.path).names == ["a.jpg"])
  }

  @Test func `what is no photo is told`() throws {
    try folder.make(["a.png", "b.mov", "sub/c.txt"])
    #expect(
      try ImageDataset(folder: folder.path).omissions.map { "\($0.path): \($0.reason)" } == [
        "\(folder.path)/b.mov: not a picture by its extension",
        "\(folder.path)/sub/c.txt: not a picture by its extension",
      ])
  }

  @Test func `a folder in the folder is searched though it is a link`() throws {
    try folder.make(["photos/a.png", "elsewhere/b.png"])
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("photos/more"), withDestinationPath: "../elsewhere")
    #expect(try ImageDataset(folder: folder.file("photos")).names == ["a.png", "more/b.png"])
  }

  @Test func `a folder reached by a link is searched`() throws {
    try folder.make(["photos/a.png"])
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: folder.file("photos"))
    #expect(try ImageDataset(folder: folder.file("link")).names == ["a.png"])
  }

  @Test func `a folder without photos is refused by name`() throws {
    #expect(throws: TrainingError.noPhotos(folder: folder.path)) {
      try ImageDataset(folder: folder.path)
    }
    #expect(
      TrainingError.noPhotos(folder: "photos").description
        == "photos: no photo in this folder or below it; put PNG, JPEG, WebP, HEIC, AVIF or TIFF files there"
    )
  }

  @Test(arguments: ["nowhere", "a.png"])
  func `what is no folder is refused by name`(_ name: String) throws {
    try folder.make(["a.png"])
    #expect(throws: TrainingError.noFolder(folder.file(name))) {
      try ImageDataset(folder: folder.file(name))
    }
    #expect(
      TrainingError.noFolder(name).description
        == "\(name): no such folder; name a folder of photos (PNG, JPEG, WebP, HEIC, AVIF or TIFF)")
  }

  @Test func `the fingerprint tells names and sizes apart and not places`() throws {
    try folder.make(["one/a.png", "one/b.png", "two/a.png", "two/b.png", "three/a.png"])
    let one = try ImageDataset(folder: folder.file("one")).fingerprint
    let two = try ImageDataset(folder: folder.file("two")).fingerprint
    let three = try ImageDataset(folder: folder.file("three")).fingerprint
    #expect(one == two)
    #expect(one != three)
    try Data(count: 99).write(to: URL(fileURLWithPath: folder.file("two/b.png")))
    #expect(try ImageDataset(folder: folder.file("two")).fingerprint != one)
  }

  @Test func `held-out photos are spread evenly and trained on by none`() throws {
    try folder.make((0..<10).map { "\($0).png" })
    let (training, validation) = try ImageDataset(folder: folder.path).holdingOut(2)
    #expect(validation.names == ["2.png", "7.png"])
    #expect(training.names == ["0", "1", "3", "4", "5", "6", "8", "9"].map { "\($0).png" })
  }
}

extension TemporaryFolder {
  /// Makes files of one byte, and the folders that they lie in.
  func make(_ names: [String]) throws {
    for name in names {
      let url = URL(fileURLWithPath: file(name))
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data([0]).write(to: url)
    }
  }
}
