import ArgumentParser
import Foundation
import ImpastoNetworks
import ImpastoSessions

/// `impasto styles import`: adds styles from files.
struct StylesImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Add styles from style files.",
    discussion: """
      A style fits only the network that it was trained with, whatever its checkpoint is called. \
      If one of several files cannot be added, none is. Pictures in all other styles stay the \
      same, bit for bit.

      Example: impasto styles import starry-night.style.safetensors --model mine.safetensors
      """)

  @Argument(help: ArgumentHelp("Files that `impasto styles export` wrote.", valueName: "file"))
  var files: [String]

  @Option(
    name: .customLong("as"), help: ArgumentHelp("Name for the one style added.", valueName: "name"))
  var newName: String?

  @OptionGroup var checkpoint: CheckpointEdit

  func validate() throws {
    if let newName, files.count > 1 {
      throw ValidationError(
        "--as \(newName) names one style, but there are \(files.count) files; import them one by one"
      )
    }
  }

  func run() throws {
    if let output = checkpoint.output, let file = files.first(where: { Folder.isSame($0, output) })
    {
      throw ValidationError(
        "--output \(output) is the style file \(file), which would be lost; name another")
    }
    try checkpoint.perform { model in
      var model = model
      for file in files { model = try model.importingStyle(from: file, as: newName) }
      return model
    } action: { changed in
      "imported \(changed.styles.suffix(files.count).map(\.name).joined(separator: ", "))"
    }
  }
}
