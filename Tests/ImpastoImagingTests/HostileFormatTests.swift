import Foundation
import ImpastoImaging
import TestSupport
import Testing

/// Hostile files of the formats that libwebp, libheif and libtiff read.
struct HostileFormatTests {
  private static let files =
    Fixture.names("webp") + Fixture.names("tif").filter { !$0.contains("oriented") }
    + ["heif-alpha.heic", "heif-phone.heic", "heif-10-bit.avif"]

  /// Reads bytes; what is refused must be refused by name.
  private static func read(_ bytes: Data, _ name: String) {
    do {
      let image = try Image(encoded: bytes, name: name)
      #expect(image.pixels.count == image.width * image.height * 3)
    } catch {
      #expect(error.description.hasPrefix(name))
    }
  }

  /// A TIFF file in which the entry of a tag has become another.
  private static func tiff(
    _ name: String, _ tag: UInt16, as other: UInt16? = nil, _ value: UInt32, count: UInt32 = 1
  ) throws -> Data {
    var file = try [UInt8](Fixture.file(name))
    func number(_ place: Int, _ bytes: Int) -> Int {
      (0..<bytes).reduce(0) { $0 | Int(file[place + $1]) << (8 * $1) }
    }
    let directory = number(4, 4)
    let entries = (0..<number(directory, 2)).map { directory + 2 + 12 * $0 }
    let entry = try #require(entries.first { number($0, 2) == tag })
    let fields: [(UInt32, Int)] = [(UInt32(other ?? tag), 2), (4, 2), (count, 4), (value, 4)]
    let bytes = fields.flatMap { field, size in
      (0..<size).map { UInt8(truncatingIfNeeded: field >> (8 * $0)) }
    }
    file.replaceSubrange(entry..<entry + 12, with: bytes)
    return Data(file)
  }

  @Test(
    arguments: [
      (259, 259, 34712, "compression 34712, which libtiff cannot undo here"),
      (284, 339, 3, "samples that are signed or floating-point numbers"),
      (258, 258, 32, "samples of 32 bits"), (277, 277, 17, "17 samples for each pixel"),
      (262, 262, 8, "colours in CIE L*a*b*"), (262, 262, 32803, "the raw data of a camera"),
      (262, 262, 32844, "colours of kind 32844"),
      (284, 254, 1, "it holds only a small preview, as camera raw files do"),
    ] as [(UInt16, UInt16, UInt32, String)])
  func `a kind of TIFF that is not read is refused in words`(
    tag: UInt16, other: UInt16, value: UInt32, reason: String
  ) throws {
    let file = try Self.tiff("tiff-grey-8--strips.tif", tag, as: other, value)
    #expect(throws: ImageError.unsupported(name: "a.tif", format: .tiff, reason: reason)) {
      try Image(encoded: file, name: "a.tif")
    }
  }

  @Test(
    arguments: [
      ("tiff-grey-8--strips.tif", 262, 2, "fewer samples than its colours have"),
      ("tiff-rgb-8--tiles.tif", 322, 0x1000_0000, "its tiles are too large"),
      // The last 20 bytes of the file.
      ("tiff-rgb-8--one-strip.tif", 273, 1318, "Read error; got 20 bytes, expected 1197"),
    ] as [(String, UInt16, UInt32, String)])
  func `a TIFF whose parts do not fit is damaged`(
    name: String, tag: UInt16, value: UInt32, reason: String
  ) throws {
    let file = try Self.tiff(name, tag, value)
    #expect(throws: ImageError.damaged(name: "a.tif", format: .tiff, reason: reason)) {
      try Image(encoded: file, name: "a.tif")
    }
  }

  /// Files whose numbers after `mark`, the sides of the picture, have become others.
  @Test(
    arguments: [
      ("heif-plain.heic", "ispe", [100_000, 100_000], nil),
      ("heif-plain.heic", "ispe", [0, 64], "a picture of no pixels"),
      ("heif-plain.heic", "ispe", [65, 64], "its pixels are not those of its header"),
      ("heif-plain.heic", "ispe", [16_000, 16_000], "its pixels are not those of its header"),
      ("heif-plain.avif", "ispe", [32, 64], "its pixels are not those of its header"),
    ] as [(String, String, [UInt32], String?)])
  func `a HEIC file whose size is another than that of its pixels is refused`(
    name: String, mark: String, sides: [UInt32], reason: String?
  ) throws {
    var file = try Fixture.file(name)
    let place = try #require(file.firstRange(of: Array(mark.utf8))).upperBound + 4
    let bytes = sides.flatMap { side in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: side >> $0) }
    }
    file.replaceSubrange(place..<place + 8, with: bytes)
    let format = try ImageFormat(pathExtension: name)
    let expected =
      reason.map { ImageError.damaged(name: name, format: format, reason: $0) }
      ?? .tooManyPixels(name: name, width: Int(sides[0]), height: Int(sides[1]))
    #expect(throws: expected) { try Image(encoded: file, name: name) }
  }

  @Test func `a damaged HEIC file is damaged however often it is read`() throws {
    var file = try Fixture.file("heif-plain.heic")
    let place = try #require(file.firstRange(of: Array("ispe".utf8))).upperBound + 4
    file[place + 3] += 1
    let folder = try TemporaryFolder()
    try file.write(to: URL(fileURLWithPath: folder.file("a.heic")))
    let reader = try ImageReader(contentsOf: folder.file("a.heic"))
    for _ in 0..<3 {
      #expect(throws: ImageError.self) { _ = try reader.rows(1) }
      reader.rewind()
    }
  }

  @Test func `a HEIC file of many tiles that are the same data is refused`() throws {
    let file = try Fixture.file("heif-repeated.hostile")
    let reason = "it uses the same data again and again"
    #expect(throws: ImageError.damaged(name: "a.heic", format: .heic, reason: reason)) {
      try Image(encoded: file, name: "a.heic")
    }
  }

  @Test(arguments: [
    ("webp-lossless.webp", 12), ("webp-lossless.webp", 30), ("webp-lossy.webp", 300),
    ("webp-turned.webp", 40),
  ])
  func `a WebP file cut short says so`(name: String, count: Int) throws {
    let error = ImageError.damaged(name: name, format: .webp, reason: "the file ends too early")
    #expect(throws: error) { try Image(encoded: Fixture.file(name).prefix(count), name: name) }
  }

  @Test func `a WebP file cut off after its picture is read, and that is said`() throws {
    let file = try Fixture.file("webp-turned.webp").dropLast(10)
    let reader = try ImageReader(encoded: file, name: "a.webp")
    #expect(reader.warnings == ["a.webp: the file is cut off after its picture"])
    #expect(try Image(reader) == Fixture.expected("webp-turned"))
  }

  @Test(arguments: files)
  func `a file cut short is read or refused`(name: String) throws {
    let file = try Fixture.file(name)
    for count in stride(from: 0, to: file.count, by: max(1, file.count / 60)) {
      Self.read(file.prefix(count), name)
    }
  }

  @Test(arguments: files)
  func `a file with a changed bit is read or refused`(name: String) throws {
    let file = try Fixture.file(name)
    for index in stride(from: 0, to: file.count, by: max(1, file.count / 90)) {
      var changed = file
      changed[index] ^= 1 << (index % 8)
      Self.read(changed, name)
    }
  }
}
