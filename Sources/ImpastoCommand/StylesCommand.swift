import ArgumentParser
import ImpastoNetworks

/// `impasto styles`: lists what a checkpoint can paint.
struct StylesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "styles",
    abstract: "List the styles of a checkpoint.",
    discussion: "Example: impasto styles --json")

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let styles: [StyleDescription]
  }

  func run() throws {
    let styles = try StyleModel(contentsOf: ModelSearch.path(given: model.model)).styles
    let console = output.console
    if output.json { return try console.result(json: Result(styles: styles)) }
    for line in Table.lines(styles.map { [$0.name, $0.title, $0.artist, $0.year] }) {
      console.result(line)
    }
  }
}
