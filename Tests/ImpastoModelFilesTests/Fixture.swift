import Foundation
import Testing

/// The files of `Fixtures`, which `Fixtures/generate.py` makes.
enum Fixture {
  static func path(_ name: String) throws -> String {
    let url = Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil)
    return try #require(url, "no fixture \(name); run Fixtures/generate.py").path
  }

  static func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }
}

/// A fresh folder that lasts as long as the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "impasto-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// The names of everything in the folder, hidden files included.
  var names: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    return names?.sorted() ?? []
  }
}
