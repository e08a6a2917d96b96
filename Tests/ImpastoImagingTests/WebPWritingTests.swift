import Foundation
import ImpastoImaging
import TestSupport
import Testing

struct WebPWritingTests {
  private let picture: Image

  init() throws { picture = try Image(contentsOf: Fixture.path("webp-lossless.webp")) }

  @Test func `quality 100 keeps every pixel`() throws {
    let file = try picture.encoded(as: .webp, quality: 100)
    #expect(try Image(encoded: file, name: "a.webp") == picture)
  }

  @Test func `less quality makes smaller files that are further from the picture`() throws {
    var (sizes, errors): ([Int], [Double]) = ([], [])
    for quality in [99, 80, 20] {
      let file = try picture.encoded(as: .webp, quality: quality)
      let decoded = try Image(encoded: file, name: "a.webp")
      let sum = zip(decoded.pixels, picture.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
      errors.append(Double(sum) / Double(picture.pixels.count))
      sizes.append(file.count)
    }
    #expect(sizes == sizes.sorted(by: >))
    // Levels, of a small picture full of edges of colour, which are kept at half resolution.
    #expect(errors == errors.sorted() && errors[0] < 4 && errors[2] < 8, "\(errors)")
  }

  @Test func `alpha is kept, and colours beneath it`() throws {
    let folder = try TemporaryFolder()
    let photo = try ImageReader(
      contentsOf: Fixture.path("tiff-rgba-8--strips.tif"), keepingAlpha: true)
    let pixels = try photo.rows(photo.height)
    let path = folder.file("a.webp")
    let writer = try ImageWriter(
      to: path, width: photo.width, height: photo.height, quality: 100, hasAlpha: true)
    try pixels.withUnsafeBufferPointer { rows throws(ImageError) in try writer.write(rows: rows) }
    try writer.finish()
    let written = try ImageReader(contentsOf: path, keepingAlpha: true)
    #expect(try written.rows(written.height) == pixels)
  }

  @Test func `a side that is too long is refused`() {
    let long = Image(width: 16_384, height: 1, pixels: [UInt8](repeating: 0, count: 49_152))
    #expect(
      throws: ImageError.cannotEncode(
        name: "the picture", format: .webp, width: 16_384, height: 1,
        reason: "its sides can have 16,383 pixels at most")
    ) { try long.encoded(as: .webp) }
  }
}
