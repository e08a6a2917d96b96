import Foundation
import ImpastoImaging
import Testing

struct OrientationTests {
  /// The types BYTE, SHORT and LONG of EXIF.
  @Test(arguments: [1, 3, 4], [true, false])
  func `orientation is a number of any size in either order of bytes`(
    type: UInt8, isLittleEndian: Bool
  ) throws {
    for orientation in 1...8 {
      let exif = exif(orientation: UInt8(orientation), type: type, isLittleEndian: isLittleEndian)
      let upright = try pixels(placed: orientation)
      #expect(try Image(encoded: png(exif), name: "") == upright, "\(orientation) in PNG")
      let jpeg = try Fixture.file("rgb.jpg")
      let body = Array("Exif\0\0".utf8) + exif
      let segment = [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body
      let file = jpeg.prefix(2) + segment + jpeg.dropFirst(2)
      let turned = try Image(encoded: file, name: "")
      #expect((turned.width > turned.height) == (orientation < 5), "\(orientation) in JPEG")
    }
  }

  @Test func `several numbers are no orientation`() throws {
    var exif = exif(orientation: 6, type: 3, isLittleEndian: true)
    // The count of the entry, after the marks, its tag and its type.
    exif[14] = 2
    #expect(try Image(encoded: png(exif), name: "") == pixels(placed: 1))
    exif[14] = 1
    #expect(try Image(encoded: png(exif), name: "") == pixels(placed: 6))
  }

  /// As ImageMagick writes it.
  @Test func `EXIF behind the pixels counts too, unless it is damaged`() throws {
    let exif = exif(orientation: 6, type: 3, isLittleEndian: false)
    let file = try png(exif, isBehindPixels: true)
    let reader = try ImageReader(encoded: file, name: "")
    #expect(reader.exif == Data(exif))
    #expect(try Image(reader) == pixels(placed: 6))
    var damaged = file
    damaged[file.count - 13] ^= 1
    #expect(try ImageReader(encoded: damaged, name: "").exif == nil)
    #expect(try Image(encoded: damaged, name: "") == Fixture.expected("rgb-8"))
  }

  @Test func `an interlaced picture is turned too`() throws {
    let exif = exif(orientation: 6, type: 3, isLittleEndian: false)
    let plain = try Image(encoded: png(exif), name: "")
    let reader = try ImageReader(encoded: png(exif, name: "rgb-8-interlaced.png"), name: "")
    #expect(try reader.rows(inPiecesOf: 2) == plain.pixels)
    reader.rewind()
    #expect(try Image(reader) == plain)
  }

  /// A TIFF structure of one entry.
  private func exif(orientation: UInt8, type: UInt8, isLittleEndian: Bool) -> [UInt8] {
    func number(_ value: UInt8, _ count: Int) -> [UInt8] {
      let zeros = [UInt8](repeating: 0, count: count - 1)
      return isLittleEndian ? [value] + zeros : zeros + [value]
    }
    let size = type == 1 ? 1 : type == 3 ? 2 : 4
    let tag: [UInt8] = isLittleEndian ? [0x12, 0x01] : [0x01, 0x12]
    let entry = tag + number(type, 2) + number(1, 4) + number(orientation, size)
    return Array((isLittleEndian ? "II" : "MM").utf8) + number(42, 2) + number(8, 4) + number(1, 2)
      + entry + [UInt8](repeating: 0, count: 4 - size) + number(0, 4)
  }

  /// A fixture with a chunk of EXIF after its header, or before its end.
  private func png(
    _ exif: [UInt8], name: String = "rgb-8.png", isBehindPixels: Bool = false
  ) throws -> Data {
    let file = try Fixture.file(name)
    let chunk = Array("eXIf".utf8) + exif
    let checksum = crc32(chunk)
    let whole = bigEndian(UInt32(exif.count)) + chunk + bigEndian(checksum)
    let place = isBehindPixels ? file.count - 12 : 33
    return Data(file.prefix(place) + whole + file.dropFirst(place))
  }

  /// The pixels of that fixture, turned as EXIF 2.3, 4.6.4 says.
  private func pixels(placed orientation: Int) throws -> Image {
    let stored = try Fixture.expected("rgb-8")
    let (w, h) = (stored.width, stored.height)
    let (width, height) = orientation < 5 ? (w, h) : (h, w)
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (column, row) =
          switch orientation {
          case 1: (x, y)
          case 2: (w - 1 - x, y)
          case 3: (w - 1 - x, h - 1 - y)
          case 4: (x, h - 1 - y)
          case 5: (y, x)
          case 6: (y, h - 1 - x)
          case 7: (w - 1 - y, h - 1 - x)
          default: (w - 1 - y, x)
          }
        let start = (row * w + column) * 3
        pixels += stored.pixels[start..<start + 3]
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  private func bigEndian(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// Source: PNG specification, annex D.
  private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
      }
    }
  }
}
