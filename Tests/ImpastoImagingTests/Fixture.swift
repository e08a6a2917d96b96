import Foundation
import ImpastoImaging
import Testing

/// The pictures that `Fixtures/generate.py` and, in the folder `Colors`, `Fixtures/colors.py` make.
enum Fixture {
  static let command = "to remake it: python3 Tests/ImpastoImagingTests/Fixtures/generate.py"

  /// The names of the files with an extension in the fixtures' folder or one below it, in order.
  static func names(_ pathExtension: String, in subfolder: String = "") -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + subfolder)
    let prefix = subfolder.isEmpty ? "" : subfolder + "/"
    return (names ?? []).filter { $0.hasSuffix("." + pathExtension) }.sorted().map { prefix + $0 }
  }

  /// The path of a fixture; a test that this build cannot pass, since it lacks the library of the
  /// fixture's format, is skipped.
  static func path(_ name: String) throws -> String {
    let format = try? ImageFormat(pathExtension: name)
    if let library = format?.missingLibrary { try Test.cancel("this build lacks \(library)") }
    return folder + "/" + name
  }

  static func file(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  /// Reads the pixels expected of a file from the `.ppm` of its name.
  static func expected(_ name: String) throws -> Image {
    let file = try file(name + ".ppm")
    let lines = file.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
    try #require(lines.count == 4)
    let size = String(decoding: lines[1], as: UTF8.self).split(separator: " ").compactMap {
      Int($0)
    }
    try #require(size.count == 2)
    return Image(width: size[0], height: size[1], pixels: Array(lines[3]))
  }

  private static let folder = Bundle.module.bundlePath + "/Fixtures"
}

/// The largest difference between two values of the same place; `nil` for pictures of two sizes.
func largestDifference(_ a: Image, _ b: Image) -> Int? {
  guard a.width == b.width, a.height == b.height else { return nil }
  return zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max()
}
