import CZlib
import Foundation

/// Files around bytes that readers meet inside of them, so that no check sum keeps them away.
enum Wrapping {
  /// A TIFF file of one grey pixel whose colours a profile describes.
  static func tiff(profile: Data) -> Data {
    // Tag, type, count and value of each entry; the pixel is the first byte of the file, the profile
    // follows the directory.
    let entries: [[UInt32]] = [
      [256, 3, 1, 1], [257, 3, 1, 1], [258, 3, 1, 8], [259, 3, 1, 1], [262, 3, 1, 1],
      [273, 4, 1, 0], [277, 3, 1, 1], [278, 3, 1, 1], [279, 4, 1, 1],
      [34675, 7, UInt32(profile.count), 8 + 2 + 10 * 12 + 4],
    ]
    var file = Data("II*\0".utf8) + bytes(8, 4) + bytes(UInt32(entries.count), 2)
    for entry in entries {
      file += bytes(entry[0], 2) + bytes(entry[1], 2) + bytes(entry[2], 4) + bytes(entry[3], 4)
    }
    return file + bytes(0, 4) + profile
  }

  /// A PNG file of one grey pixel with EXIF.
  static func png(exif: Data) -> Data {
    let pixel: [UInt8] = [0x78, 0x01, 1, 2, 0, 0xFD, 0xFF, 0, 0x7F, 0, 0x81, 0, 0x80]
    return Data([0x89]) + Data("PNG\r\n\u{1A}\n".utf8)
      + chunk("IHDR", Data([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])) + chunk("eXIf", exif)
      + chunk("IDAT", Data(pixel)) + chunk("IEND", Data())
  }

  private static func chunk(_ name: String, _ data: Data) -> Data {
    let body = Data(name.utf8) + data
    return Data(bytes(UInt32(data.count), 4).reversed()) + body
      + Data(bytes(checkSum(body), 4).reversed())
  }

  /// The archive that PyTorch writes, with a pickle and a storage of zeros.
  static func archive(pickle: Data) -> Data {
    var file = Data()
    var directory = Data()
    for (name, contents) in [("a/data.pkl", pickle), ("a/data/0", Data(count: 256))] {
      let size = bytes(UInt32(contents.count), 4)
      let facts =
        bytes(0, 4) + bytes(0, 4) + bytes(checkSum(contents), 4) + size + size
        + bytes(UInt32(name.utf8.count), 2) + bytes(0, 2)
      directory +=
        Data("PK\u{1}\u{2}".utf8) + bytes(20, 2) + bytes(20, 2) + facts + bytes(0, 2)
        + bytes(0, 4) + bytes(0, 4) + bytes(UInt32(file.count), 4) + Data(name.utf8)
      file += Data("PK\u{3}\u{4}".utf8) + bytes(20, 2) + facts + Data(name.utf8) + contents
    }
    return file + directory + Data("PK\u{5}\u{6}".utf8) + bytes(0, 4) + bytes(2, 2) + bytes(2, 2)
      + bytes(UInt32(directory.count), 4) + bytes(UInt32(file.count), 4) + bytes(0, 2)
  }

  private static func checkSum(_ data: Data) -> UInt32 {
    data.withUnsafeBytes { bytes in
      UInt32(crc32(0, bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(bytes.count)))
    }
  }

  /// The lowest `count` bytes of a number, the lowest first.
  private static func bytes(_ number: UInt32, _ count: Int) -> Data {
    Data((0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
  }
}
