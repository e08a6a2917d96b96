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
