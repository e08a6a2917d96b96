import ArgumentParser
import ImpastoNetworks
import ImpastoSessions

/// `impasto styles list`, or `impasto styles` alone: lists what a checkpoint can paint.
struct StylesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the styles of a checkpoint.",
    discussion: "Example: impasto styles list --json")

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let styles: [StyleDescription]
  }

  func run() throws {
    let path = try ModelSearch.path(given: model.model)
    let styles = try StyleModel(contentsOf: path).styles
    let console = output.console
    console.detail("checkpoint \(path)")
    if output.json { return try console.result(json: Result(styles: styles)) }
    for line in Table.lines(of: styles, isDetailed: output.verbose) { console.result(line) }
  }
}
