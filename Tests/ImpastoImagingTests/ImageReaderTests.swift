import Foundation
import ImpastoFiles
import ImpastoImaging
import TestSupport
import Testing

struct ImageReaderTests {
  private static let files = Fixture.names("png") + Fixture.names("jpg")

  @Test(arguments: files)
  func `rows in pieces of any number are those of the picture`(name: String) throws {
    let picture = try Image(contentsOf: Fixture.path(name))
    for count in [1, 3, picture.height] {
      for reader in [
        try ImageReader(contentsOf: Fixture.path(name)),
        try ImageReader(encoded: Fixture.file(name), name: name),
      ] {
        #expect(reader.width == picture.width && reader.height == picture.height)
        #expect(try reader.rows(inPiecesOf: count) == picture.pixels, "\(count) rows")
        #expect(reader.row == picture.height)
      }
    }
  }

  @Test(arguments: files)
  func `rewound anywhere, a reader gives the same rows again`(name: String) throws {
    let picture = try Image(contentsOf: Fixture.path(name))
    let reader = try ImageReader(contentsOf: Fixture.path(name))
    for rows in [0, 1, picture.height / 2, picture.height - 1, picture.height] {
      if rows > 0 {
        #expect(try reader.rows(rows) == Array(picture.pixels.prefix(rows * picture.width * 3)))
      }
      reader.rewind()
      #expect(reader.row == 0)
      #expect(try reader.rows(inPiecesOf: 2) == picture.pixels, "after \(rows) rows")
      reader.rewind()
    }
  }

  @Test func `what a reader holds depends on how the file stores its rows`() throws {
    func held(_ name: String) throws -> Int {
      try ImageReader(contentsOf: Fixture.path(name)).heldBytes
    }
    let streamed = try held("rgb.jpg")
    #expect(streamed < 300_000)
    for name in ["rgb-restarts", "orientation-1", "orientation-2", "grey", "ycck-adobe"] {
      #expect(try held(name + ".jpg") == streamed, "\(name)")
    }
    let pixels = 32 * 24 * 3
    for orientation in 3...8 {
      #expect(try held("orientation-\(orientation).jpg") == streamed + pixels)
    }
    #expect(try held("rgb-8-interlaced.png") == held("rgb-8.png") + 13 * 11 * 3)
    // Coefficients of two bytes.
    #expect(try held("rgb-progressive.jpg") == streamed + 2 * pixels)
    let file = try Fixture.file("rgb.jpg")
    #expect(try ImageReader(encoded: file, name: "").heldBytes == streamed + file.count)
  }

  @Test(arguments: [
    ("rgb-8.png", ImageFormat.png, Array("IDAT".utf8), "the file ends too early"),
    ("rgb.jpg", .jpeg, [0xFF, 0xDA], "Premature end of JPEG file"),
    ("rgb-restarts.jpg", .jpeg, [0xFF, 0xDA], "Premature end of JPEG file"),
  ])
  func `a file cut short is refused with the row where it ends, at the latest with the last`(
    name: String, format: ImageFormat, startOfPixels: [UInt8], reason: String
  ) throws {
    let file = try Fixture.file(name)
    let start = try #require(file.firstRange(of: startOfPixels)).upperBound + 12
    let picture = try Image(encoded: file, name: name)
    let fault = ImageError.damaged(name: name, format: format, reason: reason)
    var counts: Set<Int> = []
    // Up to 16 bytes, what follows the pixels may be all that is missing.
    for missing in stride(from: 17, to: file.count - start, by: 7) {
      let reader = try ImageReader(encoded: file.dropLast(missing), name: name)
      var rows: [UInt8] = []
      var caught: ImageError?
      do throws(ImageError) {
        while true { rows += try reader.rows(1) }
      } catch {
        caught = error
      }
      #expect(caught == fault, "\(missing) bytes missing")
      #expect(rows == Array(picture.pixels.prefix(rows.count)), "\(missing) bytes missing")
      #expect(reader.row < picture.height)
      counts.insert(reader.row)
      // Decoders look ahead, within the blocks of the row at most.
      if missing == 17, format == .jpeg { #expect(reader.row >= picture.height - 8) }
      // The damage is found again.
      reader.rewind()
      #expect(throws: fault) { try reader.rows(inPiecesOf: picture.height) }
    }
    // libpng asks for all that a chunk should hold.
    #expect(format == .png || counts.count > 1)
  }

  @Test(arguments: [
    ("rgb-8-interlaced.png", ImageFormat.png, "the file ends too early"),
    ("rgb-progressive.jpg", .jpeg, "Premature end of JPEG file"),
    ("orientation-6.jpg", .jpeg, "Premature end of JPEG file"),
  ])
  func `a damaged file that is held is refused with the first row`(
    name: String, format: ImageFormat, reason: String
  ) throws {
    let reader = try ImageReader(encoded: Fixture.file(name).dropLast(20), name: name)
    for _ in 0..<2 {
      #expect(throws: ImageError.damaged(name: name, format: format, reason: reason)) {
        try reader.rows(1)
      }
      reader.rewind()
    }
  }

  @Test func `a damaged checksum at the end of a PNG file is noticed with the last row`() throws {
    var file = try Fixture.file("rgb-8.png")
    let end = try #require(file.firstRange(of: Array("IEND".utf8))).lowerBound
    // The last byte of the checksum of the pixels.
    file[end - 5] ^= 1
    let reader = try ImageReader(encoded: file, name: "a.png")
    _ = try reader.rows(reader.height - 1)
    #expect(throws: ImageError.damaged(name: "a.png", format: .png, reason: "IDAT: CRC error")) {
      try reader.rows(1)
    }
  }

  @Test(arguments: [("rgb-8.png", "rgba-8.png"), ("rgb.jpg", "rgb-8.png"), ("rgb.jpg", "grey.jpg")])
  func `a file that changes between two readings is no danger`(
    name: String, other: String
  ) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Fixture.file(name), as: "a")
    let reader = try ImageReader(contentsOf: path)
    let picture = try reader.rows(inPiecesOf: 5)
    // In place, as another program may do while the descriptor is open.
    try Fixture.file(other).write(to: URL(fileURLWithPath: path), options: [])
    reader.rewind()
    let again = try? reader.rows(inPiecesOf: 5)
    #expect(again?.count ?? picture.count == picture.count)
  }

  @Test func `a file of another size than before is refused`() throws {
    let folder = try TemporaryFolder()
    for (format, name) in [(ImageFormat.png, "a.png"), (.jpeg, "a.jpg")] {
      let path = try folder.write(
        Image(width: 9, height: 7, level: 9).encoded(as: format), as: name)
      let reader = try ImageReader(contentsOf: path)
      _ = try reader.rows(3)
      _ = try folder.write(Image(width: 7, height: 9, level: 9).encoded(as: format), as: name)
      reader.rewind()
      #expect(
        throws: ImageError.damaged(
          name: path, format: format, reason: "the file changed while it was read")
      ) { try reader.rows(1) }
    }
  }

  @Test func `what cannot be a picture is refused when it is opened`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.png")
    #expect(throws: ImageError.file(.missing(path: path))) { try ImageReader(contentsOf: path) }
    _ = try folder.write(Array("Dear diary".utf8), as: "a.png")
    #expect(throws: ImageError.notAPicture(name: path, found: "it holds text")) {
      try ImageReader(contentsOf: path)
    }
    var file = try Fixture.file("rgb-8.png")
    file.replaceSubrange(16..<24, with: [0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0])
    #expect(throws: ImageError.tooManyPixels(name: "a", width: 100_000, height: 100_000)) {
      try ImageReader(encoded: file, name: "a")
    }
    file.replaceSubrange(16..<24, with: [0, 0, 0, 0, 0, 0, 0, 1])
    #expect(
      throws: ImageError.damaged(name: "a", format: .png, reason: "a picture of no pixels")
    ) { try ImageReader(encoded: file, name: "a") }
  }

  @Test func `more rows than are left are a mistake of the program`() async {
    await #expect(processExitsWith: .failure) {
      let reader = try ImageReader(contentsOf: Fixture.path("rgb.jpg"))
      _ = try reader.rows(24)
      _ = try reader.rows(1)
    }
  }
}
