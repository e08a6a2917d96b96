import ArgumentParser
import Foundation
import ImpastoNetworks
import ImpastoSessions

/// `impasto styles show`: all that is known of one style.
struct StylesShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show everything that is stored about a style.",
    discussion: """
      With --json the thumbnail is among the results, a JPEG in base64.

      Example: impasto styles show great-wave
      """)

  @Argument(help: ArgumentHelp("The style.", valueName: "name"))
  var name: String

  @OptionGroup var model: ModelOptions
  @OptionGroup var shown: OutputOptions

  private struct Result: Encodable {
    var checkpoint: String
    var fingerprint: String
    var style: StyleDescription
    var weights: Int
    /// Left out where there is none.
    var thumbnail: Data?
    var training: [String: String]
  }

  func run() throws {
    let path = try ModelSearch.path(given: model.model)
    let network = try StyleModel(contentsOf: path)
    let style = try StyleArgument.named {
      try network.style(named: name)
    }
    let result = Result(
      checkpoint: path, fingerprint: network.fingerprint, style: style.description,
      weights: style.scale.count + style.shift.count, thumbnail: style.thumbnail,
      training: style.trainingSettings)
    let console = shown.console
    if shown.json { return try console.result(json: result) }
    let table =
      [
        ["name", style.name], ["title", style.description.title],
        ["artist", style.description.artist], ["year", style.description.year],
        ["licence", style.description.licence], ["source", style.description.source],
        ["thumbnail", style.thumbnail.map { "\($0.count) bytes of JPEG" } ?? "none"],
        ["weights", "\(result.weights)"], ["checkpoint", path],
        ["fingerprint", result.fingerprint],
      ] + result.training.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
    for line in Table.lines(table) { console.result(line) }
  }
}
