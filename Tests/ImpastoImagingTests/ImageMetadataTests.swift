import Foundation
import ImpastoImaging
import Testing

struct ImageMetadataTests {
  private func adapted(_ exif: Data, width: Int = 640, height: Int = 480) -> (Data?, [String]) {
    let (metadata, leftOut) = ImageMetadata(exif: exif).adapted(width: width, height: height)
    return (metadata.exif, leftOut)
  }

  @Test(arguments: [true, false])
  func `what a photo tells of its taking stays, what it tells of its file goes`(
    isLittleEndian: Bool
  ) {
    var photo = EXIFData(isLittleEndian: isLittleEndian)
    let position = [
      photo.text(1, "N"), photo.rational(2, (52, 1), (31, 1), (1234, 100)), photo.text(3, "E"),
      photo.rational(4, (13, 1), (24, 1), (9, 1)),
    ]
    photo.main = [
      photo.long(0x0100, 4000), photo.text(0x010F, "Kamera & Söhne"), photo.short(0x0112, 6),
      photo.rational(0x011A, (300, 1)), photo.rational(0x011B, (300, 1)), photo.short(0x0128, 2),
      photo.text(0x0132, "2024:05:01 12:00:00"), photo.opaque(0x02BC, Array("<x/>".utf8)),
      photo.text(0x8298, "© Märta"),
      photo.directory(
        0x8769,
        [
          photo.rational(0x829A, (1, 250)), photo.opaque(0x9000, Array("0232".utf8)),
          photo.text(0x9003, "2024:05:01 12:00:00"),
          photo.opaque(0x927C, Array("Secret".utf8) + Array(repeating: 7, count: 999)),
          photo.short(0xA001, 65535), photo.long(0xA002, 4000), photo.short(0xA003, 3000),
          photo.directory(0xA005, [photo.text(1, "R03")]), photo.text(0xA434, "50 mm"),
        ]),
      photo.directory(0x8825, position), photo.opaque(0xC4A5, Array("PrintIM".utf8)),
    ]
    photo.second = [photo.short(0x0103, 6), photo.long(0x0201, 100), photo.long(0x0202, 20)]

    var painting = EXIFData(isLittleEndian: isLittleEndian)
    painting.main = [
      photo.text(0x010F, "Kamera & Söhne"), photo.short(0x0112, 1),
      photo.rational(0x011A, (300, 1)), photo.rational(0x011B, (300, 1)), photo.short(0x0128, 2),
      photo.text(0x0132, "2024:05:01 12:00:00"), photo.text(0x8298, "© Märta"),
      photo.directory(
        0x8769,
        [
          photo.rational(0x829A, (1, 250)), photo.opaque(0x9000, Array("0232".utf8)),
          photo.text(0x9003, "2024:05:01 12:00:00"), photo.short(0xA001, 1),
          photo.long(0xA002, 640), photo.long(0xA003, 480), photo.text(0xA434, "50 mm"),
        ]),
      photo.directory(0x8825, position),
    ]
    let (exif, leftOut) = adapted(photo.data)
    #expect(exif == painting.data)
    #expect(leftOut.isEmpty)
  }

  @Test func `EXIF data cut anywhere are read as far as they go`() {
    var photo = EXIFData(isLittleEndian: false)
    photo.main = [
      photo.text(0x010F, "Kamera"), photo.short(0x0112, 6),
      photo.directory(0x8769, [photo.text(0x9003, "2024:05:01 12:00:00")]),
    ]
    let whole = photo.data
    for count in 0..<whole.count {
      let (exif, leftOut) = adapted(whole.prefix(count))
      if count < 10 {
        #expect(exif == nil && leftOut == ["EXIF data that are damaged"], "\(count) bytes")
      } else {
        #expect((exif?.count ?? 0) <= whole.count && leftOut.isEmpty, "\(count) bytes")
      }
    }
  }

  @Test func `lying counts, types, offsets and loops give up no more than they lie about`() {
    var photo = EXIFData(isLittleEndian: true)
    photo.main = [
      EXIFData.Entry(tag: 0x010E, type: 12, count: 0xFFFF_FFFF, bytes: photo.number(8, 4)),
      EXIFData.Entry(tag: 0x010F, type: 2, count: 10, bytes: photo.number(0xFFFF_FFF0, 4)),
      EXIFData.Entry(tag: 0x0110, type: 99, count: 1, bytes: [1, 2, 3, 4]),
      EXIFData.Entry(tag: 0x0131, type: 2, count: 0, bytes: [1, 2, 3, 4]),
      photo.text(0x0132, "a"), photo.text(0x0132, "b"),
      // Directories that are the main one again, or nowhere.
      photo.long(0x8769, 8), photo.long(0x8825, 0x7FFF_FFFF),
    ]
    var kept = EXIFData(isLittleEndian: true)
    kept.main = [photo.text(0x0132, "a")]
    let (exif, leftOut) = adapted(photo.data)
    #expect(exif == kept.data)
    #expect(leftOut.isEmpty)
  }

  @Test func `EXIF data with nothing to keep leave nothing behind`() {
    var photo = EXIFData(isLittleEndian: true)
    photo.main = [photo.long(0x0100, 4000)]
    let (exif, leftOut) = adapted(photo.data)
    #expect(exif == nil)
    #expect(leftOut.isEmpty)
  }

  @Test func `of EXIF data too large for a file the largest values are left out and named`() {
    var photo = EXIFData(isLittleEndian: true)
    let comment = photo.opaque(0x9286, [UInt8](repeating: 65, count: 40_000))
    let title = photo.text(0x010E, String(repeating: "a", count: 30_000))
    photo.main = [title, photo.directory(0x8769, [comment])]
    var kept = EXIFData(isLittleEndian: true)
    kept.main = [title]
    let (exif, leftOut) = adapted(photo.data)
    #expect(exif == kept.data)
    #expect(leftOut == ["EXIF data of more than 65527 bytes (tag 0x9286)"])
  }

  private func packet(_ description: String) -> Data {
    Data(
      """
      <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
      <x:xmpmeta xmlns:x="adobe:ns:meta/">
       <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      \(description)
       </rdf:RDF>
      </x:xmpmeta>
      <?xpacket end="r"?>
      """.utf8)
  }

  private func adapted(xmp: Data) -> (String?, [String]) {
    let (metadata, leftOut) = ImageMetadata(xmp: xmp).adapted(width: 640, height: 480)
    return (metadata.xmp.map { String(decoding: $0, as: UTF8.self) }, leftOut)
  }

  @Test func `of XMP the vocabularies of scene, author and camera stay, upright`() {
    let declarations = """
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" \
      xmlns:xmpNote="http://ns.adobe.com/xmp/note/" \
      xmlns:cam="http://ns.google.com/photos/1.0/camera/" rdf:about=""
      """
    let rights = """
      <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Märta &amp; co</rdf:li></rdf:Alt></dc:rights>
      """
    let (xmp, leftOut) = adapted(
      xmp: packet(
        """
        <rdf:Description \(declarations) tiff:Orientation="6" tiff:Model="K1" \
        xmpNote:HasExtendedXMP="ABC" cam:MotionPhoto="1">\(rights)<cam:MicroVideo>1</cam:MicroVideo>\
        <tiff:Orientation>8</tiff:Orientation></rdf:Description>
        """))
    let expected = packet(
      """
      <rdf:Description \(declarations) tiff:Orientation="1" tiff:Model="K1">\(rights)\
      <tiff:Orientation>1</tiff:Orientation></rdf:Description>
      """)
    #expect(xmp == String(decoding: expected, as: UTF8.self))
    #expect(leftOut.isEmpty)
  }

  @Test func `XMP about nothing but its file is not written`() {
    let (xmp, leftOut) = adapted(
      xmp: packet("<rdf:Description xmlns:a=\"http://a/\" rdf:about=\"\" a:b=\"c\"/>"))
    #expect(xmp == nil)
    #expect(leftOut.isEmpty)
  }

  @Test(arguments: [
    "", "<x", "no XML", "<a><b></a></b>", "\u{0}",
    "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
    "<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
    String(repeating: "<a>", count: 100_000),
  ])
  func `XMP that is none is left out and said`(text: String) {
    let (xmp, leftOut) = adapted(xmp: Data(text.utf8))
    #expect(xmp == nil)
    #expect(leftOut == ["XMP data that are damaged"])
  }

  @Test func `XMP that is too large is left out and said`() {
    let large = packet(
      """
      <rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" rdf:about="" \
      dc:title="\(String(repeating: "a", count: 70_000))"/>
      """)
    let (xmp, leftOut) = adapted(xmp: large)
    #expect(xmp == nil)
    #expect(leftOut == ["XMP data of \(large.count) bytes, where 65504 fit into a file"])
    let (huge, words) = adapted(xmp: Data(count: 1_048_577))
    #expect(huge == nil)
    #expect(words == ["XMP data of 1048577 bytes, where 1048576 are read"])
  }
}
