import Foundation
import ImpastoImaging
import Testing

/// Of the pictures that `Fixtures/colors.py` makes, with what LittleCMS makes of their colours.
struct ColorSpaceTests {
  private static let files = ["png", "jpg"].flatMap { Fixture.names($0, in: "Colors") }

  @Test(arguments: files)
  func `colours are converted to sRGB from what the file states`(name: String) throws {
    let expected = try Fixture.expected(String(name.dropLast(4)))
    for reader in [
      try ImageReader(contentsOf: Fixture.path(name)),
      try ImageReader(encoded: Fixture.file(name), name: name, keepingAlpha: false),
    ] {
      let difference = try #require(largestDifference(Image(reader), expected))
      #expect(difference <= 2)
    }
  }

  @Test func `each way to state colours has its file`() {
    #expect(Self.files.count == 23)
  }

  @Test func `colours that are sRGB keep every bit`() throws {
    let file = try Fixture.file("Colors/equal-to-srgb.jpg")
    #expect(try Image(encoded: file, name: "") == Image(encoded: withoutProfile(file), name: ""))
    for name in ["gamma-of-srgb", "srgb-before-gamma"] {
      #expect(
        try Image(contentsOf: Fixture.path("Colors/\(name).png"))
          == Fixture.expected("Colors/\(name)"))
    }
  }

  @Test func `only colours that cannot be used are warned of`() throws {
    for name in Self.files where name != "Colors/cicp-of-high-dynamic-range.png" {
      let reader = try ImageReader(contentsOf: Fixture.path(name))
      _ = try Image(reader)
      let words = name.contains("alpha") ? ["transparent parts are laid on white"] : []
      let path = try Fixture.path(name)
      #expect(reader.warnings == words.map { "\(path): \($0)" }, "\(name)")
    }
  }

  @Test func `high dynamic range is said, and the profile beside it used`() throws {
    let path = try Fixture.path("Colors/cicp-of-high-dynamic-range.png")
    let reader = try ImageReader(contentsOf: path)
    _ = try Image(reader)
    #expect(
      reader.warnings == [
        "\(path): the colour space cannot be used (high dynamic range, transfer 16) and is ignored"
      ])
  }

  @Test(
    arguments: [
      // The signature of all profiles, the space of its samples, and its class.
      (
        36, [0],
        "the colour profile cannot be used (not an ICC profile, invalid signature) and is ignored"
      ),
      (
        16, Array("CMYK".utf8),
        "the colour profile cannot be used (it is not for RGB) and is ignored"
      ),
      (
        12, Array("link".utf8),
        "the colour profile cannot be used (it is not that of a device or colour space) and is ignored"
      ),
    ] as [(Int, [UInt8], String)])
  func `a profile that cannot be used is said once and ignored`(
    offset: Int, bytes: [UInt8], warning: String
  ) throws {
    var file = try Fixture.file("Colors/display-p3.jpg")
    let plain = try Image(encoded: withoutProfile(file), name: "")
    let profile = try #require(file.firstRange(of: Array("ICC_PROFILE\0".utf8))).upperBound + 2
    file.replaceSubrange(profile + offset..<profile + offset + bytes.count, with: bytes)
    let reader = try ImageReader(encoded: file, name: "a.jpg")
    for _ in 0..<2 {
      #expect(try reader.rows(reader.height) == plain.pixels)
      #expect(reader.warnings == ["a.jpg: \(warning)"])
      reader.rewind()
    }
  }

  @Test func `a profile of which a part is missing is said and ignored`() throws {
    var file = try Fixture.file("Colors/in-parts.jpg")
    let part = try #require(file.firstRange(of: Array("ICC_PROFILE\0\u{4}".utf8)))
    file[part.lowerBound] = 0
    let reader = try ImageReader(encoded: file, name: "a.jpg")
    #expect(try Image(reader) == Image(encoded: withoutProfile(file), name: ""))
    #expect(
      reader.warnings == ["a.jpg: the colour profile is incomplete or damaged and is ignored"])
  }

  @Test(arguments: ["iccp", "cicp", "gamma"])
  func `a chunk about colours that is damaged is said and ignored`(name: String) throws {
    var file = try Fixture.file("Colors/\(name).png")
    let chunk = name == "iccp" ? "iCCP" : name == "cicp" ? "cICP" : "gAMA"
    let body = try #require(file.firstRange(of: Array(chunk.utf8))).upperBound
    file[body + 3] ^= 1
    let reader = try ImageReader(encoded: file, name: "a.png")
    #expect(try Image(reader) == Fixture.expected("Colors/srgb-before-gamma"))
    #expect(
      reader.warnings == ["a.png: the \(chunk) chunk, about colours, is damaged and ignored"])
  }

  @Test func `a profile that inflates without end is given up at 16 MB`() throws {
    let file = try Fixture.file("Hostile/profile-that-inflates.png")
    let reader = try ImageReader(encoded: file, name: "a.png")
    #expect(reader.heldBytes < 1_000_000)
    #expect(try Image(reader) == Fixture.expected("Colors/srgb-before-gamma"))
    #expect(reader.warnings == ["a.png: the iCCP chunk, about colours, is damaged and ignored"])
  }

  /// It would take hours to follow.
  @Test func `a profile's chain of 200,000 steps is left for its one matrix`() throws {
    let image = try Image(contentsOf: Fixture.path("Hostile/profile-of-a-long-chain.png"))
    let difference = try #require(largestDifference(image, Fixture.expected("Colors/cicp")))
    #expect(difference <= 2)
  }

  @Test func `a JPEG with any number of segments is read`() throws {
    let file = try Fixture.file("Colors/in-parts.jpg")
    let whole = try Image(encoded: file, name: "")
    let body = Array("ICC_PROFILE\0".utf8) + [1, 4] + [UInt8](repeating: 7, count: 60_000)
    let size = body.count + 2
    let segment = [0xFF, 0xE2, UInt8(size >> 8), UInt8(size & 255)] + body
    var long = file
    // After the first of its parts; the first of a number counts.
    let frame = try #require(file.firstRange(of: [0xFF, 0xDB])).lowerBound
    for _ in 0..<1_000 { long.insert(contentsOf: segment, at: frame) }
    let reader = try ImageReader(encoded: long, name: "")
    #expect(try Image(reader) == whole)
    #expect(reader.heldBytes < long.count + 3_000_000)
  }

  /// Renames the segments with a profile, so that no reader finds one.
  private func withoutProfile(_ file: Data) -> Data {
    var file = file
    while let name = file.firstRange(of: Array("ICC_PROFILE\0".utf8)) { file[name.lowerBound] = 0 }
    return file
  }
}
