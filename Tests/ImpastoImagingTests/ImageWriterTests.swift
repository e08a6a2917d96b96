import Foundation
import ImpastoFiles
import ImpastoImaging
import TestSupport
import Testing

struct ImageWriterTests {
  private let folder: TemporaryFolder
  private let picture: Image

  init() throws {
    folder = try TemporaryFolder()
    picture = try Fixture.expected("detail").resized(width: 61, height: 45)
  }

  private func writer(_ path: String, quality: Int = 95) throws(ImageError) -> ImageWriter {
    try ImageWriter(to: path, width: picture.width, height: picture.height, quality: quality)
  }

  @Test(arguments: [("a.png", 95), ("a.jpg", 100), ("a.jpg", 95), ("a.jpg", 89), ("a.jpg", 1)])
  func `rows in pieces make the file of the picture`(name: String, quality: Int) throws {
    try picture.write(to: folder.file(name), quality: quality)
    let whole = try FileContents.read(folder.file(name))
    for count in [1, 3, 16, picture.height] {
      let writer = try writer(folder.file(name), quality: quality)
      try writer.write(picture, inPiecesOf: count)
      try writer.finish()
      #expect(try FileContents.read(folder.file(name)) == whole, "\(count) rows")
    }
    #expect(folder.names == [name])
  }

  @Test(arguments: [ImageFormat.png, .jpeg])
  func `bytes go where the caller sends them`(format: ImageFormat) throws {
    var file = Data()
    let writer = try ImageWriter(
      as: format, name: "a", width: picture.width, height: picture.height
    ) { file += $0 }
    try writer.write(picture, inPiecesOf: 7)
    try writer.finish()
    #expect(try file == picture.encoded(as: format))
  }

  @Test(arguments: ["a.png", "a.jpg"])
  func `an unfinished file is never seen, and nothing of it stays`(name: String) throws {
    _ = try folder.write(Array("before".utf8), as: name)
    do {
      let writer = try writer(folder.file(name))
      try writer.write(picture, inPiecesOf: picture.height)
      #expect(folder.names.filter { !$0.hasPrefix(".") } == [name])
      #expect(try FileContents.read(folder.file(name)) == Data("before".utf8))
    }
    #expect(folder.names == [name])
    #expect(try FileContents.read(folder.file(name)) == Data("before".utf8))
  }

  @Test func `a file that cannot be begun is refused before any row`() throws {
    let absent = folder.file("absent/b.png")
    #expect(
      throws: ImageError.file(.cannotWrite(path: absent, reason: "No such file or directory"))
    ) { try writer(absent) }
    #expect(throws: ImageError.unknownExtension(path: "a.gif")) { try writer("a.gif") }
    #expect(throws: ImageError.qualityOutOfRange(0)) {
      try writer(folder.file("a.jpg"), quality: 0)
    }
    #expect(
      throws: ImageError.cannotEncode(
        name: folder.file("a.jpg"), format: .jpeg, width: 1, height: 65_501,
        reason: "Maximum supported image dimension is 65500 pixels")
    ) { try ImageWriter(to: folder.file("a.jpg"), width: 1, height: 65_501) }
    #expect(
      throws: ImageError.cannotEncode(
        name: folder.file("a.png"), format: .png, width: 1 << 32, height: 1,
        reason: "a side is too long")
    ) { try ImageWriter(to: folder.file("a.png"), width: 1 << 32, height: 1) }
    #expect(folder.names.isEmpty)
  }

  @Test(arguments: [ImageFormat.png, .jpeg])
  func `a sink that takes no more is named`(format: ImageFormat) throws {
    let noise = (0..<600 * 400 * 3).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    let picture = Image(width: 600, height: 400, pixels: noise)
    let full = FileError.cannotWrite(path: "standard output", reason: "No space left on device")
    var count = 0
    let writer = try ImageWriter(
      as: format, name: "standard output", width: 600, height: 400
    ) { bytes throws(FileError) in
      count += bytes.count
      if count > 100_000 { throw full }
    }
    #expect(throws: ImageError.file(full)) {
      try writer.write(picture, inPiecesOf: 400)
      try writer.finish()
    }
  }

  @Test func `a file with rows missing or too many is a mistake of the program`() async {
    await #expect(processExitsWith: .failure) {
      let writer = try ImageWriter(as: .png, name: "a", width: 2, height: 2) { _ in }
      try writer.write(Image(width: 2, height: 1, level: 0), inPiecesOf: 1)
      try writer.finish()
    }
    await #expect(processExitsWith: .failure) {
      let writer = try ImageWriter(as: .png, name: "a", width: 2, height: 2) { _ in }
      try writer.write(Image(width: 2, height: 3, level: 0), inPiecesOf: 3)
    }
  }
}
