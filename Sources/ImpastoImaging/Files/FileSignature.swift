import Foundation

/// The kinds of picture file, and of files that people mistake for them, by their first bytes.
enum FileSignature {
  /// Chooses the decoder for a file; any extension may hide any format.
  static func format(of file: Data) -> ImageFormat? {
    let start = Array(file.prefix(64))
    if start.starts(with: [0x89] + Array("PNG".utf8)) { return .png }
    if start.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if start.starts(with: Array("RIFF".utf8)), start.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      return .webp
    }
    // Small numbers first or large ones, and BigTIFF; Canon's raw files say so behind that.
    let tiffs = [
      Array("II*\0".utf8), Array("MM\0*".utf8), Array("II+\0".utf8), Array("MM\0+".utf8),
    ]
    if tiffs.contains(where: start.starts(with:)),
      !start.dropFirst(8).starts(with: Array("CR".utf8))
    {
      return .tiff
    }
    return heif(start)
  }

  /// A file of boxes, of which the first names the brand of the file and those it is compatible with.
  private static func heif(_ start: [UInt8]) -> ImageFormat? {
    guard start.dropFirst(4).starts(with: Array("ftyp".utf8)), start.count >= 12 else { return nil }
    let brands = stride(from: 8, to: start.count - 3, by: 4).map { start[$0..<$0 + 4] }
    func isAny(_ names: [String], of brands: some Sequence<ArraySlice<UInt8>>) -> Bool {
      brands.contains { brand in names.contains { brand.elementsEqual($0.utf8) } }
    }
    if isAny(["avif", "avis"], of: brands.prefix(1)) { return .avif }
    let names = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]
    if isAny(names, of: brands.prefix(1)) { return .heic }
    guard isAny(["mif1", "mif2", "msf1", "miaf"], of: brands.prefix(1)) else { return nil }
    return isAny(["avif", "avis"], of: brands) ? .avif : .heic
  }

  /// Describes the first bytes of a file of no format that is read.
  static func description(of file: Data) -> String {
    let start = Array(file.prefix(64))
    for (offset, signature, kind) in known where start.dropFirst(offset).starts(with: signature) {
      return "it starts with the bytes of \(kind)"
    }
    if start.allSatisfy({ (0x20..<0x7F).contains($0) || (0x09...0x0D).contains($0) }) {
      return "it holds text"
    }
    let bytes = start.prefix(8).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
    return "it starts with the bytes \(bytes.joined(separator: " "))"
  }

  private static let known: [(offset: Int, bytes: [UInt8], kind: String)] = [
    (0, Array("GIF8".utf8), "a GIF"),
    (4, Array("ftypcrx".utf8), "a camera raw file"),
    (8, Array("CR".utf8), "a camera raw file"),
    (0, Array("IIRO".utf8), "a camera raw file"),
    (0, Array("IIU\0".utf8), "a camera raw file"),
    (0, Array("FUJIFILM".utf8), "a camera raw file"),
    (4, Array("ftyp".utf8), "a video"),
    (0, [0xFF, 0x0A], "a JPEG XL picture"),
    (4, Array("JXL ".utf8), "a JPEG XL picture"),
    (4, Array("jP  ".utf8), "a JPEG 2000 picture"),
    (0, Array("8BPS".utf8), "a Photoshop document"),
    (0, Array("BM".utf8), "a BMP picture"),
    (0, Array("%PDF".utf8), "a PDF document"),
    (0, Array("PK".utf8), "a zip archive"),
    (0, Array("<svg".utf8), "an SVG drawing"),
    (0, Array("<?xml".utf8), "an XML or SVG document"),
    (0, Array("<!DOCTYPE".utf8), "a web page"),
    (0, Array("<html".utf8), "a web page"),
  ]
}
