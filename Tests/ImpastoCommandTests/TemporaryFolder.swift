import Foundation

/// A fresh folder that lasts as long as the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "impasto-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names of everything in the folder, hidden files included.
  var names: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    return names?.sorted() ?? []
  }

  func file(_ name: String) -> String { path + "/" + name }
}
