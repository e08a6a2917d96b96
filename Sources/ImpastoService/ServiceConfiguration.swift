import Foundation
import ImpastoFiles

/// The settings of the service.
package struct ServiceConfiguration: Sendable {
  /// The name or address that is listened on.
  package var host = "127.0.0.1"
  /// The port; 0 for any that is free.
  package var port = 8080
  /// Other names that the service is called by.
  package var allowedHosts: [String] = []
  /// The token that clients need; nil for none.
  package var token: String?
  /// The checkpoints, of which the first is used where requests name none.
  package var models: [String]
  /// The folder of what the service keeps.
  package var data: String
  /// The folder of the page's files.
  package var page: String
  /// The path of `impasto`, which does jobs.
  package var program: String
  /// Refuses words after `impasto` that are no command line, with the error of that.
  package var check: @Sendable ([String]) throws -> Void = { _ in }

  /// Creates settings.
  package init(models: [String], data: String, page: String, program: String) {
    (self.models, self.data) = (models, data)
    (self.page, self.program) = (page, program)
  }
}

extension ServiceConfiguration {
  /// A token that nobody can guess.
  package static func newToken() -> String { Identifier().description }

  /// The token in the file at `path`.
  ///
  /// - Throws: ``ServiceError/unusableToken(_:reason:)``, or `FileError`.
  package static func token(in path: String) throws -> String {
    let text = String(decoding: try FileContents.read(path, atMost: 4096), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    guard text.utf8.count >= 16, isPlain else {
      throw ServiceError.unusableToken(path, reason: "holds no token")
    }
    return text
  }
}
