import Foundation
import ImpastoFiles
import ImpastoImaging
import TestSupport
import Testing

struct ImageReadingTests {
  @Test(arguments: Fixture.names("png"))
  func `every kind of PNG is read to the exact pixel`(name: String) throws {
    let image = try Image(contentsOf: Fixture.path(name))
    let stem = name.replacingOccurrences(of: ".png", with: "")
      .replacingOccurrences(of: "-interlaced", with: "")
    #expect(try image == Fixture.expected(stem), "\(Fixture.command)")
  }

  @Test func `the PNG fixtures cover every kind of pixel, plain and interlaced`() {
    #expect(Fixture.names("png").count == 52)
  }

  // Other versions of the library may round differently.
  @Test(arguments: Fixture.names("jpg"))
  func `every kind of JPEG is read upright`(name: String) throws {
    let image = try Image(contentsOf: Fixture.path(name))
    let expected = try Fixture.expected(name.replacingOccurrences(of: ".jpg", with: ""))
    let difference = try #require(largestDifference(image, expected))
    #expect(difference <= 2, "\(Fixture.command)")
  }

  @Test func `all eight orientations show the same picture`() throws {
    let upright = try Image(contentsOf: Fixture.path("orientation-1.jpg"))
    for orientation in 2...8 {
      let image = try Image(contentsOf: Fixture.path("orientation-\(orientation).jpg"))
      let difference = try #require(largestDifference(image, upright))
      #expect(difference <= 4, "orientation \(orientation)")
    }
  }

  @Test func `the format is known by the bytes and not by the extension`() throws {
    let folder = try TemporaryFolder()
    let jpeg = try folder.write(Fixture.file("rgb.jpg"), as: "a.png")
    let png = try folder.write(Fixture.file("rgb-8.png"), as: "b")
    #expect(try Image(contentsOf: jpeg).width == 32)
    #expect(try Image(contentsOf: png) == Fixture.expected("rgb-8"))
  }

  @Test func `bytes after the end of a picture are ignored`() throws {
    for name in ["rgb.jpg", "rgb-8.png"] {
      let file = try Fixture.file(name)
      #expect(
        try Image(encoded: file + Data("trailing".utf8), name: name)
          == Image(encoded: file, name: name))
    }
  }

  @Test func `a slice of a larger buffer is read`() throws {
    let file = try Data(count: 7) + Fixture.file("orientation-6.jpg")
    let whole = try Image(contentsOf: Fixture.path("orientation-6.jpg"))
    #expect(try Image(encoded: file.dropFirst(7), name: "a slice") == whole)
  }

  @Test func `a missing file, a folder and an empty file are refused`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ImageError.file(.missing(path: folder.file("a.png")))) {
      try Image(contentsOf: folder.file("a.png"))
    }
    #expect(throws: ImageError.file(.isDirectory(path: folder.path))) {
      try Image(contentsOf: folder.path)
    }
    let empty = try folder.write([], as: "b.png")
    #expect(throws: ImageError.file(.empty(path: empty))) { try Image(contentsOf: empty) }
    #expect(
      ImageError.file(.empty(path: "b.png")).description
        == "b.png: the file is empty; copy or download it again")
  }

  @Test(arguments: [
    (Array("Dear diary,\nno picture here.\n".utf8), "it holds text"),
    (Array("GIF89a".utf8), "it starts with the bytes of a GIF"),
    (
      Array("RIFF\u{1}\u{2}\u{3}\u{4}WAVEfmt ".utf8),
      "it starts with the bytes 52 49 46 46 01 02 03 04"
    ),
    (Array("\0\0\0\u{18}ftypcrx ".utf8), "it starts with the bytes of a camera raw file"),
    (Array("\0\0\0\u{18}ftypisom".utf8), "it starts with the bytes of a video"),
    (Array("II*\0\u{10}\0\0\0CR\u{2}".utf8), "it starts with the bytes of a camera raw file"),
    (Array("%PDF-1.7".utf8), "it starts with the bytes of a PDF document"),
    (Array("<!DOCTYPE html>".utf8), "it starts with the bytes of a web page"),
    ([0x89], "it starts with the bytes 89"),
    ([0, 1, 2, 3, 4, 5, 6, 0xAB, 8], "it starts with the bytes 00 01 02 03 04 05 06 AB"),
  ])
  func `what is no picture is named`(bytes: [UInt8], found: String) throws {
    #expect(throws: ImageError.notAPicture(name: "a.png", found: found)) {
      try Image(encoded: Data(bytes), name: "a.png")
    }
  }

  @Test func `the texts of errors name the file, the fault and the remedy`() {
    #expect(
      ImageError.notAPicture(name: "a.png", found: "it holds text").description
        == "a.png: not a PNG, JPEG, WebP, HEIC, AVIF or TIFF picture (it holds text); convert it to PNG or JPEG"
    )
    #expect(
      ImageError.unsupported(name: "a.tif", format: .tiff, reason: "why").description
        == "a.tif: a kind of TIFF file that is not read (why); convert it to PNG or JPEG")
    #expect(
      ImageError.missingLibrary(name: "a.heic", format: .heic, library: "libheif").description
        == "a.heic: this build of Impasto cannot use HEIC files, for it was made without libheif; "
        + "run Scripts/install-dependencies and build again, or use PNG or JPEG")
    #expect(
      ImageError.damaged(name: "a.jpg", format: .jpeg, reason: "why").description
        == "a.jpg: the JPEG file is damaged or incomplete (why); "
        + "copy it again or save it anew from another program")
    #expect(
      ImageError.tooManyPixels(name: "a.png", width: 100_000, height: 100_000).description
        == "a.png: 100000×100000 pixels, where 256 million in all are read at most; "
        + "scale the picture down")
  }
}
