import Foundation
import ImpastoModelFiles
import Testing

@Suite struct ZipFaultTests {
  private static let remedy = "the file is damaged or incomplete; copy or download it again"

  private func text(of bytes: Data) -> String? {
    let error = #expect(throws: ModelFileError.self) {
      try ZipReader(bytes, name: "a.zip").contents(of: "a.txt")
    }
    return error?.description
  }

  @Test func `an archive written field by field is read`() throws {
    let archive = try ZipReader(ZipArchive().bytes, name: "a.zip")
    #expect(try archive.contents(of: "a.txt") == Data("hello".utf8))
  }

  @Test(
    arguments: [
      (
        ZipArchive(name: "b.txt"),
        "the zip archive has no member 'a.txt'; check that it is the right file"
      ),
      (ZipArchive(entries: 2), "the zip directory lists 'a.txt' twice; make the archive again"),
      (ZipArchive(listedEntries: 0), "the zip directory does not fit the file; \(remedy)"),
      (ZipArchive(listedEntries: 2), "the zip directory does not fit the file; \(remedy)"),
      (ZipArchive(directoryOffset: 0), "the zip directory does not fit the file; \(remedy)"),
      (ZipArchive(directoryOffset: .max), "the zip directory does not fit the file; \(remedy)"),
      (ZipArchive(disk: 1), "a zip archive in several files; join it into one"),
      (
        ZipArchive(flags: 1), "member 'a.txt' of the zip archive is encrypted; unpack it first"
      ),
      (
        ZipArchive(method: 12),
        "member 'a.txt' of the zip archive is compressed by method 12, where 0 (stored) or 8"
          + " (deflated) is expected; pack it again"
      ),
      (
        ZipArchive(localName: "b.txt"),
        "member 'a.txt' of the zip archive is not where its directory says; \(remedy)"
      ),
      (
        ZipArchive(headerOffset: 1),
        "member 'a.txt' of the zip archive is not where its directory says; \(remedy)"
      ),
      (
        ZipArchive(headerOffset: .max - 1),
        "member 'a.txt' of the zip archive is not where its directory says; \(remedy)"
      ),
      (
        ZipArchive(compressedCount: 4000, count: 4000),
        "member 'a.txt' of the zip archive is not where its directory says; \(remedy)"
      ),
      (
        ZipArchive(count: 4),
        "member 'a.txt' of the zip archive is not where its directory says; \(remedy)"
      ),
      // All ones stand for a zip64 field, which is missing.
      (ZipArchive(count: .max), "the zip directory does not fit the file; \(remedy)"),
      (
        ZipArchive(method: 8, count: .max - 1),
        "the zip archive unpacks to more than 1073741824 bytes, which is more than are read; unpack"
          + " it first"
      ),
      (
        ZipArchive(method: 8, count: 10_000),
        "member 'a.txt' of the zip archive claims 10000 bytes, more than it can have; \(remedy)"
      ),
      (
        ZipArchive(method: 8), "member 'a.txt' of the zip archive does not unpack; \(remedy)"
      ),
      (
        ZipArchive(checksum: 0xBAD),
        "member 'a.txt' of the zip archive has checksum 3610a686, where bad is expected; \(remedy)"
      ),
    ] as [(ZipArchive, String)])
  func `a wrong field is told by name`(archive: ZipArchive, fault: String) {
    #expect(text(of: archive.bytes) == "a.zip: \(fault)")
  }

  @Test func `members that share their bytes are refused for what they unpack to in all`() {
    // Each of 1000 members claims a thousandth of the limit and a little more.
    let archive = ZipArchive(
      contents: Data(count: 2000), method: 8, count: 1_073_742, entries: 1000,
      hasNumberedNames: true)
    #expect(
      text(of: archive.bytes)
        == "a.zip: the zip archive unpacks to more than 1073741824 bytes, which is more than are"
        + " read; unpack it first")
  }

  @Test func `a file that is no archive is refused`() {
    let fault = "a.zip: no zip directory at the end of the file; \(Self.remedy)"
    #expect(text(of: Data("hello".utf8)) == fault)
    #expect(text(of: Data(count: 100_000)) == fault)
  }
}
