import Foundation
import ImpastoFiles
import ImpastoImaging
import TestSupport
import Testing

struct ImageWritingTests {
  private let folder: TemporaryFolder
  private let picture: Image

  init() throws {
    folder = try TemporaryFolder()
    picture = try Fixture.expected("detail")
  }

  @Test func `PNG keeps every pixel`() throws {
    try picture.write(to: folder.file("a.png"))
    #expect(try Image(contentsOf: folder.file("a.png")) == picture)
    #expect(folder.names == ["a.png"])
  }

  @Test(arguments: [(1, 1), (1, 300), (300, 1), (17, 13)])
  func `any size survives both formats`(width: Int, height: Int) throws {
    let picture = picture.resized(width: width, height: height)
    let png = try picture.encoded(as: .png)
    #expect(try Image(encoded: png, name: "") == picture)
    let jpeg = try Image(encoded: picture.encoded(as: .jpeg), name: "")
    #expect((jpeg.width, jpeg.height) == (width, height))
  }

  @Test func `JPEG stays close at a high quality and shrinks with a low one`() throws {
    let smooth = try Fixture.expected("rgb")
    let best = try smooth.encoded(as: .jpeg, quality: 100)
    let difference = try #require(largestDifference(Image(encoded: best, name: ""), smooth))
    #expect(difference <= 4)
    let sizes = try [100, 90, 89, 50, 1].map { try picture.encoded(as: .jpeg, quality: $0).count }
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test func `results say that their colours are sRGB`() throws {
    let png = try picture.encoded(as: .png)
    let chunks = ["sRGB", "gAMA", "cHRM", "IDAT"].map { png.firstRange(of: Array($0.utf8)) }
    #expect(chunks.allSatisfy { $0 != nil })
    let jpeg = try picture.encoded(as: .jpeg)
    #expect(jpeg.firstRange(of: Array("ICC_PROFILE\0\u{1}\u{1}".utf8)) != nil)
    #expect(jpeg.firstRange(of: Array("sRGB".utf16).flatMap { [0, UInt8($0)] }) != nil)
    // The profile is that of no moment.
    #expect(try jpeg == picture.encoded(as: .jpeg))
    for file in [png, jpeg] {
      let reader = try ImageReader(encoded: file, name: "")
      _ = try Image(reader)
      #expect(reader.warnings.isEmpty)
    }
  }

  @Test func `colour is at full resolution from quality 90 only`() throws {
    // The sampling factors of the first component follow the frame's size and its identifier.
    func sampling(_ quality: Int) throws -> UInt8 {
      let file = try picture.encoded(as: .jpeg, quality: quality)
      let frame = try #require(file.firstRange(of: [0xFF, 0xC0])).lowerBound
      return file[frame + 11]
    }
    #expect(try sampling(90) == 0x11)
    #expect(try sampling(89) == 0x22)
  }

  @Test(arguments: [
    ("a.png", ImageFormat.png), ("b.PNG", .png), ("c.jpg", .jpeg), ("d.JPEG", .jpeg),
    ("e.jpg.png", .png), ("folder.jpg/f.png", .png),
  ])
  func `the extension chooses the format`(path: String, format: ImageFormat) throws {
    #expect(try ImageFormat(pathExtension: path) == format)
  }

  @Test(arguments: ["a.gif", "a", "png", "a.", "", "folder.png/a", "a.png/", "a.heic", "a.tif"])
  func `another extension is refused`(path: String) {
    #expect(throws: ImageError.unknownExtension(path: path)) { try ImageFormat(ofOutput: path) }
    #expect(throws: ImageError.unknownExtension(path: path)) { try picture.write(to: path) }
  }

  @Test func `a path that cannot be written is named`() throws {
    let file = try folder.write([1], as: "a")
    #expect(
      throws: ImageError.file(.cannotWrite(path: file + "/b.png", reason: "Not a directory"))
    ) { try picture.write(to: file + "/b.png") }
    let absent = folder.file("absent/b.png")
    #expect(
      throws: ImageError.file(.cannotWrite(path: absent, reason: "No such file or directory"))
    ) { try picture.write(to: absent) }
  }

  @Test(arguments: [0, -1, 101, Int.max])
  func `a quality out of range is refused`(quality: Int) {
    #expect(throws: ImageError.qualityOutOfRange(quality)) {
      try picture.encoded(as: .jpeg, quality: quality)
    }
  }

  @Test func `a side too long for JPEG is refused and nothing is written`() throws {
    let strip = Image(width: 70_000, height: 1, pixels: [UInt8](repeating: 9, count: 210_000))
    #expect(
      throws: ImageError.cannotEncode(
        name: folder.file("a.jpg"), format: .jpeg, width: 70_000, height: 1,
        reason: "Maximum supported image dimension is 65500 pixels")
    ) { try strip.write(to: folder.file("a.jpg")) }
    #expect(folder.names.isEmpty)
    #expect(try Image(encoded: strip.encoded(as: .png), name: "") == strip)
  }

  @Test func `the texts of errors name the file, the fault and the remedy`() {
    #expect(
      ImageError.unknownExtension(path: "a.gif").description
        == "a.gif: the extension does not name a format to write; "
        + "end the name in .png, .jpg, .jpeg or .webp")
    #expect(
      ImageError.qualityOutOfRange(0).description
        == "quality 0: choose a quality from 1 to 100")
    #expect(
      ImageError.cannotEncode(name: "a.jpg", format: .jpeg, width: 7, height: 1, reason: "why")
        .description
        == "a.jpg: 7×1 pixels cannot be saved as JPEG (why); "
        + "scale the picture down or choose another format")
  }
}
