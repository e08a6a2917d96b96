import Foundation
import ImpastoImaging
import TestSupport
import Testing

/// WebP, HEIC, AVIF and TIFF files; `generate_webp.py`, `generate_heif.py` and `generate_tiff.py`
/// make them.
struct FormatReadingTests {
  /// What the name of a file's `.ppm` begins with: how the same pixels are stored follows `--`.
  private static func stem(_ name: String) -> String {
    String(
      name[
        ..<(name.firstRange(of: "--") ?? name.firstRange(of: ".") ?? name.endIndex..<name.endIndex)
          .lowerBound])
  }

  // Stored colours that are multiplied by alpha, and inks, are rounded once more.
  @Test(arguments: Fixture.names("tif"))
  func `every kind of TIFF is read to the exact pixel`(name: String) throws {
    let image = try Image(contentsOf: Fixture.path(name))
    let difference = try #require(
      largestDifference(image, Fixture.expected(Self.stem(name))), "another size")
    #expect(difference <= (name.contains("associated") || name.contains("cmyk") ? 1 : 0))
  }

  @Test func `the TIFF fixtures cover bits, colours, strips, tiles, planes and byte orders`() {
    #expect(Fixture.names("tif").count == 93)
  }

  @Test(arguments: Fixture.names("webp"))
  func `every kind of WebP is read to the pixel`(name: String) throws {
    let image = try Image(contentsOf: Fixture.path(name))
    // Other versions of the library may round differently.
    let limit = name.contains("loss") || name.contains("p3") ? 2 : 0
    let difference = try #require(
      largestDifference(image, Fixture.expected(Self.stem(name))), "another size")
    #expect(difference <= limit)
  }

  // Coding is without loss but for what YCbCr rounds, and colours of Display P3 once more.
  @Test(arguments: Fixture.names("heic") + Fixture.names("avif"))
  func `every kind of HEIC and AVIF is read upright`(name: String) throws {
    let image = try Image(contentsOf: Fixture.path(name))
    let difference = try #require(
      largestDifference(image, Fixture.expected(Self.stem(name))), "another size")
    #expect(difference <= 3)
  }

  @Test func `the other fixtures cover turns, alpha, depth, colours, tiles and sequences`() {
    #expect(Fixture.names("webp").count == 8)
    #expect(Fixture.names("heic").count == 17)
    #expect(Fixture.names("avif").count == 5)
  }

  @Test(arguments: [
    "tiff-rgba-16--strips.tif", "tiff-grey-alpha-8--strips.tif",
    "tiff-rgba-associated-8--strips.tif", "webp-alpha.webp", "webp-animation-of-parts.webp",
    "heif-alpha.heic", "heif-premultiplied.heic", "heif-10-bit-alpha.heic", "heif-alpha.avif",
  ])
  func `alpha is kept, and colours are not multiplied by it`(name: String) throws {
    let reader = try ImageReader(contentsOf: Fixture.path(name), keepingAlpha: true)
    #expect(reader.channels == 4)
    let pixels = try reader.rows(reader.height)
    #expect(stride(from: 3, to: pixels.count, by: 4).contains { pixels[$0] == 0 })
    let overWhite = stride(from: 0, to: pixels.count, by: 4).flatMap { i in
      let alpha = Double(pixels[i + 3]) / 255
      return (0..<3).map { UInt8((Double(pixels[i + $0]) * alpha + 255 * (1 - alpha)).rounded()) }
    }
    let image = Image(width: reader.width, height: reader.height, pixels: overWhite)
    let difference = try #require(
      largestDifference(image, Fixture.expected(Self.stem(name))), "another size")
    #expect(difference <= 2)
  }

  @Test(arguments: [
    ("tiff-grey-12--strips.tif", false), ("heif-plain.heic", false), ("heif-phone.heic", true),
    ("webp-turned.webp", true),
  ])
  func `EXIF and XMP are there as stored`(name: String, hasNotes: Bool) throws {
    let reader = try ImageReader(contentsOf: Fixture.path(name))
    #expect(reader.exif?.starts(with: Array("MM\0*".utf8)) == (hasNotes ? true : nil))
    #expect(reader.xmp == (hasNotes ? Data("<x:xmpmeta/>".utf8) : nil))
  }

  @Test func `what TIFF tags say of the making of a picture becomes EXIF`() throws {
    let reader = try ImageReader(contentsOf: Fixture.path("tiff-notes--strips.tif"))
    let exif = try #require(reader.exif)
    #expect(exif.starts(with: Array("II*\0".utf8)))
    for text in ["Maker\0", "2026:11:27 21:53:00\0", "CC0\0"] {
      #expect(exif.firstRange(of: Array(text.utf8)) != nil, "\(text)")
    }
    // The resolution across: tag 282, a fraction, 300 pixels as 300,000 thousandths.
    #expect(exif.firstRange(of: [0x1A, 1, 5, 0, 1, 0, 0, 0]) != nil)
    #expect(exif.firstRange(of: [0xE0, 0x93, 4, 0, 0xE8, 3, 0, 0]) != nil)
    #expect(reader.xmp == Data("<x:xmpmeta/>".utf8))
  }

  @Test(arguments: [
    ("webp-animation.webp", "only the first picture of the animation is read"),
    ("heif-sequence.avif", "only the first picture of the sequence is read"),
  ])
  func `of an animation the first picture is read, and that is said`(
    name: String, words: String
  ) throws {
    let path = try Fixture.path(name)
    #expect(try ImageReader(contentsOf: path).warnings == ["\(path): \(words)"])
  }

  @Test(arguments: ["webp-lossless.webp", "heif-plain.heic", "tiff-rgb-8--planar-tiles.tif"])
  func `rows are read again in other portions`(name: String) throws {
    let reader = try ImageReader(contentsOf: Fixture.path(name))
    let pixels = try reader.rows(inPiecesOf: 1)
    reader.rewind()
    #expect(try reader.rows(inPiecesOf: 5) == pixels)
    reader.rewind()
    _ = try reader.rows(3)
    reader.rewind()
    #expect(try reader.rows(reader.height) == pixels)
  }

  @Test(arguments: [
    ("a.PNG", ImageFormat.png), ("a.jpg", .jpeg), ("a.jpeg", .jpeg), ("a.jpe", .jpeg),
    ("a.JFIF", .jpeg), ("a.webp", .webp), ("IMG_1.HEIC", .heic), ("a.heif", .heic),
    ("a.avif", .avif), ("a.tif", .tiff), ("a.tiff", .tiff),
  ])
  func `extensions name formats`(path: String, format: ImageFormat) throws {
    #expect(try ImageFormat(pathExtension: path) == format)
  }
}
