import Foundation
import ImpastoImaging
import Testing

struct HostileImageTests {
  private static let files = Fixture.names("png") + Fixture.names("jpg")

  /// A file may lack what follows its pixels, and no more.
  @Test(arguments: files)
  func `a file cut short anywhere is refused, or read to the same pixels with a warning`(
    name: String
  ) throws {
    let file = try Fixture.file(name)
    let picture = try Image(encoded: file, name: name)
    var fewest = file.count
    for count in 0..<file.count {
      do {
        let reader = try ImageReader(encoded: file.prefix(count), name: name)
        #expect(try Image(reader) == picture, "cut to \(count) bytes")
        let warnings = reader.warnings.filter { $0.contains("cut off after its pixels") }
        #expect(warnings.count == 1, "cut to \(count) bytes")
        fewest = min(fewest, count)
      } catch {
        #expect(error.description.hasPrefix(name))
      }
    }
    // The end mark, and for JPEG a byte or two in which bits are left over.
    let mark = name.hasSuffix(".png") ? 12 : 2
    #expect((mark...mark + 2).contains(file.count - fewest), "\(file.count - fewest) bytes missing")
  }

  @Test(arguments: files)
  func `a file with a changed bit is read or refused`(name: String) throws {
    let file = try Fixture.file(name)
    for index in file.indices {
      for bit in [0, 3, 7] {
        var changed = file
        changed[index] ^= 1 << bit
        do {
          let image = try Image(encoded: changed, name: name)
          #expect(image.pixels.count == image.width * image.height * 3)
        } catch {
          #expect(error.description.hasPrefix(name))
        }
      }
    }
  }

  @Test func `a header that claims too many pixels is refused before memory is asked for`() throws {
    var file = try Fixture.file("rgb-8.png")
    file.replaceSubrange(16..<24, with: [0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0])
    let error = ImageError.tooManyPixels(name: "a.png", width: 100_000, height: 100_000)
    #expect(throws: error) { try Image(encoded: file, name: "a.png") }
    #expect(throws: error) { try Image(encoded: file.prefix(33), name: "a.png") }

    file.replaceSubrange(16..<24, with: [UInt8](repeating: 0xFF, count: 8))
    #expect(
      throws: ImageError.tooManyPixels(name: "a.png", width: 4_294_967_295, height: 4_294_967_295)
    ) { try Image(encoded: file, name: "a.png") }

    var jpeg = try Fixture.file("rgb.jpg")
    let frame = try #require(jpeg.firstRange(of: [0xFF, 0xC0])).lowerBound
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0x00, 0xFF, 0x00])
    #expect(throws: ImageError.tooManyPixels(name: "a.jpg", width: 65_280, height: 65_280)) {
      try Image(encoded: jpeg, name: "a.jpg")
    }
  }

  @Test func `a header that claims no pixels is refused`() throws {
    var file = try Fixture.file("rgb-8.png")
    file.replaceSubrange(16..<20, with: [0, 0, 0, 0])
    #expect(
      throws: ImageError.damaged(name: "a.png", format: .png, reason: "a picture of no pixels")
    ) { try Image(encoded: file, name: "a.png") }
  }

  @Test(arguments: [
    ("rgb-8.png", 20, ImageFormat.png, "the header is missing"),
    ("rgb-8.png", 300, .png, "the file ends too early"),
    ("rgb.jpg", 100, .jpeg, "Premature end of JPEG file"),
    ("rgb.jpg", 750, .jpeg, "Premature end of JPEG file"),
    ("rgb-restarts.jpg", 750, .jpeg, "Premature end of JPEG file"),
    ("rgb-progressive.jpg", 600, .jpeg, "Premature end of JPEG file"),
  ])
  func `a file cut short says so`(
    name: String, count: Int, format: ImageFormat, reason: String
  ) throws {
    let file = try Fixture.file(name).prefix(count)
    #expect(throws: ImageError.damaged(name: name, format: format, reason: reason)) {
      try Image(encoded: file, name: name)
    }
  }

  @Test func `a transparency chunk that is damaged is not passed over`() throws {
    var file = try Fixture.file("rgb-8-transparent.png")
    let chunk = try #require(file.firstRange(of: Array("tRNS".utf8))).upperBound
    file[chunk + 1] ^= 1
    #expect(
      throws: ImageError.damaged(name: "a.png", format: .png, reason: "tRNS: CRC error")
    ) { try Image(encoded: file, name: "a.png") }
  }

  @Test func `a JPEG of thousands of scans is refused`() throws {
    // The first scan again and again: the coarse values of every block, each time the same.
    let file = try Fixture.file("grey-progressive.jpg")
    let start = try #require(file.firstRange(of: [0xFF, 0xDA])).lowerBound
    let end = try #require(file[start...].dropFirst(2).firstRange(of: [0xFF, 0xC4])).lowerBound
    var long = file.prefix(end)
    for _ in 0..<1_000 { long += file[start..<end] }
    long += file[end...]
    #expect(
      throws: ImageError.damaged(name: "a.jpg", format: .jpeg, reason: "more than 500 scans")
    ) { try Image(encoded: long, name: "a.jpg") }
  }

  /// Each is the body of an EXIF segment that must leave the picture as it is stored.
  @Test(
    arguments: [
      [], [0x49], Array("II".utf8), Array("XX*\0".utf8),
      Array("II*\0".utf8) + [0xFF, 0xFF, 0xFF, 0xFF],
      Array("MM\0*".utf8) + [0x7F, 0xFF, 0xFF, 0xFF],
      Array("II*\0".utf8) + [8, 0, 0, 0],
      Array("II*\0".utf8) + [8, 0, 0, 0, 0xFF, 0xFF],
      // Orientations 0 and 9, a wrong type, a wrong count, and an entry cut short.
      Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0],
      Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0],
      Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 2, 0, 1, 0, 0, 0, 6, 0, 0, 0],
      Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 2, 0, 0, 0, 6, 0, 0, 0],
      Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6],
    ] as [[UInt8]])
  func `a note of orientation that makes no sense is ignored`(tiff: [UInt8]) throws {
    let plain = try Fixture.file("rgb.jpg")
    let body = Array("Exif\0\0".utf8) + tiff
    let segment = [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body
    let image = try Image(encoded: plain.prefix(2) + segment + plain.dropFirst(2), name: "a.jpg")
    #expect(try image == Image(encoded: plain, name: "a.jpg"))
  }

  @Test func `a JPEG file whose tables come after its pixels is the same when it is read again`()
    throws
  {
    // The tables of its code are those that a decoder takes where there are none.
    let file = try [UInt8](Fixture.file("rgb.jpg"))
    var (head, tables): ([UInt8], [UInt8]) = ([0xFF, 0xD8], [])
    var place = 2
    while file[place + 1] != 0xDA {
      let end = place + 2 + Int(file[place + 2]) << 8 + Int(file[place + 3])
      if file[place + 1] == 0xC4 { tables += file[place..<end] } else { head += file[place..<end] }
      place = end
    }
    // Another code: the lengths of the first two symbols are exchanged.
    let symbols = 4 + 17
    try #require(tables.count > symbols + 1)
    tables.swapAt(symbols, symbols + 1)
    let changed = Data(head + file[place..<file.count - 2] + tables + [0xFF, 0xD9])
    let reader = try ImageReader(encoded: changed, name: "a.jpg")
    let pixels = try reader.rows(reader.height)
    #expect(pixels == (try Image(encoded: Data(file), name: "a.jpg").pixels))
    for _ in 0..<2 {
      reader.rewind()
      #expect(try reader.rows(reader.height) == pixels)
    }
  }
}
