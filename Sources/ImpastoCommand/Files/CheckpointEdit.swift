import ArgumentParser
import Foundation
import ImpastoNetworks
import ImpastoSessions

/// A change to the styles of a checkpoint: in its place, or in a copy.
struct CheckpointEdit: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the changed checkpoint to this file instead of replacing the one in use.",
      valueName: "file"))
  var output: String?

  @OptionGroup var model: ModelOptions
  @OptionGroup var shown: OutputOptions

  private struct Result: Encodable {
    var checkpoint: String
    var output: String
    var styles: [String]
  }

  /// Changes the checkpoint in use, and says what was done and to which file.
  ///
  /// - Parameters:
  ///   - change: Makes the changed model of the one in the checkpoint.
  ///   - action: What was done to make it, for the result: `removed great-wave`.
  func perform(
    _ change: (StyleModel) throws -> StyleModel,
    action: (StyleModel) -> String
  ) throws {
    let path = try ModelSearch.path(given: model.model)
    if let output {
      if Folder.isSame(output, path) {
        throw ValidationError(
          "--output \(output) is the checkpoint itself; leave --output out to change it in place")
      }
      try Folder.checkNew(output)
    } else {
      try Folder.checkReplaceable(path)
    }
    let changed = try StyleArgument.named {
      try StyleModel.edit(path, savingTo: output, change)
    }
    let result = Result(
      checkpoint: path, output: output ?? path, styles: changed.styles.map(\.name))
    let console = shown.console
    if shown.json { return try console.result(json: result) }
    console.result("\(result.output): \(action(changed)), \(changed.styles.count.of("style")) now")
  }
}
