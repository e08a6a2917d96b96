import Foundation

/// A fresh folder that lasts as long as the value.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    path = NSTemporaryDirectory() + "impasto-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names of everything in the folder, hidden files included.
  package var names: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    return names?.sorted() ?? []
  }

  package func file(_ name: String) -> String { path + "/" + name }

  /// Writes `bytes` as the file `name`, and returns its path.
  package func write(_ bytes: some Sequence<UInt8>, as name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }
}
