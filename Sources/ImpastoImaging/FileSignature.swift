import Foundation

/// The kinds of file that people mistake for pictures we read, by their first bytes.
enum FileSignature {
  /// Chooses the decoder for a file; any extension may hide either format.
  static func format(of file: Data) -> ImageFormat? {
    if file.starts(with: [0x89] + Array("PNG".utf8)) { return .png }
    if file.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    return nil
  }

  /// Describes the first bytes of a file that is neither PNG nor JPEG.
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
    (8, Array("WEBP".utf8), "a WebP picture"),
    (4, Array("ftypavi".utf8), "an AVIF picture"),
    (4, Array("ftyphei".utf8), "a HEIC photo"),
    (4, Array("ftyphev".utf8), "a HEIC photo"),
    (4, Array("ftypmif1".utf8), "a HEIC photo"),
    (4, Array("ftyp".utf8), "a video"),
    (0, Array("II*\0".utf8), "a TIFF or camera raw file"),
    (0, Array("MM\0*".utf8), "a TIFF or camera raw file"),
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
