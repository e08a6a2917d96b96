import Foundation
import ImpastoFiles

/// The command line that does a job.
package struct JobCommand: Codable, Equatable, Sendable {
  /// The words after `impasto`, without those that say how the service runs it.
  package let words: [String]
  /// The name of the result.
  package let output: String
  /// The name in the job's folder of the checkpoint; nil where none is needed.
  let model: String?
  /// Indicates whether the settings name the checkpoint.
  private let namesModel: Bool

  /// The folder of the photos that a style is learned with.
  static let contentFolder = "photos"

  /// Makes the command line of settings.
  ///
  /// - Parameters:
  ///   - names: The names of the files that the settings refer to.
  ///   - model: The name of the checkpoint's file; nil for none.
  /// - Throws: ``ServiceError/badSetting(_:reason:)`` where the settings name no photo.
  package init(
    _ settings: JobSettings, names: [Identifier: String], model: String?
  ) throws(ServiceError) {
    let words = settings.arguments { names[$0] ?? $0.description }
    self.words = settings.kind == .addStyle ? words + ["--content", Self.contentFolder] : words
    let first = try settings.files.first.flatMap { names[$0] } ?? "photo"
    let stem = (first as NSString).deletingPathExtension
    let isStyle = settings.kind == .addStyle
    let name = isStyle ? settings.resultSuffix : "\(stem)-\(settings.resultSuffix)"
    output = "\(name).\(settings.resultExtension)"
    self.model = model
    namesModel = settings.model != nil
  }

  /// All words after `impasto` with which the service runs it in the job's folder.
  var fullWords: [String] {
    words + (model.map { ["--model", $0] } ?? []) + ["--output", output]
  }

  /// The command line as a user would type it.
  package var text: String {
    let model = namesModel ? self.model.map { ["--model", $0] } ?? [] : []
    return (["impasto"] + words + model + ["-o", output]).map(Self.quoted).joined(separator: " ")
  }

  /// A word as a shell takes it for one.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      let character = Character(Unicode.Scalar(byte))
      return byte < 0x80
        && (character.isLetter || character.isNumber || "._-/:,=+@%".contains(character))
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: #"'\''"#))'"
  }
}
