import Foundation
import ImpastoImaging
import Testing

/// Metadata on their way through files.
struct MetadataFilesTests {
  private let picture = Image(width: 9, height: 7, level: 90)
  private let exif: Data
  private let xmp = Data(
    """
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF \
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" \
    xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="é"/></rdf:RDF></x:xmpmeta>
    """.utf8)

  init() {
    var data = EXIFData(isLittleEndian: false)
    data.main = [data.text(0x013B, "Märta"), data.short(0x0112, 1)]
    exif = data.data
  }

  private func encoded(_ metadata: ImageMetadata, as format: ImageFormat) throws -> Data {
    var file = Data()
    let writer = try ImageWriter(
      as: format, name: "a", width: picture.width, height: picture.height, metadata: metadata
    ) { file.append(contentsOf: $0) }
    try writer.write(picture)
    try writer.finish()
    return file
  }

  private func metadata(_ file: Data) throws -> ImageMetadata {
    try PhotoReader(ImageReader(encoded: file, name: "a")).metadata
  }

  @Test(arguments: ImageFormat.allCases.filter(\.isWritten))
  func `all that is written is read again`(format: ImageFormat) throws {
    let all = ImageMetadata(
      exif: exif, xmp: xmp, density: ImageMetadata.Density(x: 11811, y: 5906))
    let file = try encoded(all, as: format)
    var read = try metadata(file)
    // JPEG counts by the inch.
    if format == .jpeg { #expect(read.density == ImageMetadata.Density(x: 11811, y: 5906)) }
    read.density = all.density
    #expect(read == all)
    #expect(try Image(encoded: file, name: "a").width == 9)
  }

  @Test(arguments: ImageFormat.allCases.filter(\.isWritten))
  func `a file without metadata has none`(format: ImageFormat) throws {
    let file = try encoded(.none, as: format)
    #expect(try metadata(file) == .none)
    #expect(try file == picture.encoded(as: format))
  }

  @Test func `the largest EXIF and XMP that fit are written to JPEG`() throws {
    var data = EXIFData(isLittleEndian: true)
    data.main = [data.text(0x010E, String(repeating: "a", count: 65_475))]
    let (adapted, leftOut) = ImageMetadata(exif: data.data).adapted(width: 9, height: 7)
    #expect(adapted.exif == data.data && data.data.count == 65_502)
    #expect(leftOut.isEmpty)
    #expect(try metadata(encoded(adapted, as: .jpeg)).exif == adapted.exif)
  }
}
