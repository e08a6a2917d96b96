import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImporting
import ImpastoNetworks
import ImpastoSessions

/// The options that describe the styles of a network whose file does not.
struct StyleLabels: ParsableArguments {
  @Option(
    help: ArgumentHelp("Name of the one style (default: the file's).", valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp(
      "Text file of the styles' names, one a line (default: style-00, style-01 …).",
      discussion: "Each name may be followed by title, artist and year, separated by tabs.",
      valueName: "file"))
  var names: String?

  @Option(help: ArgumentHelp("The painting's title.", valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("Painter.", valueName: "text"))
  var artist: String?

  @Option(
    help: ArgumentHelp("Licence of the network.", valueName: "text"))
  var licence: String?

  @Option(help: ArgumentHelp("Source of the network.", valueName: "text"))
  var source: String?

  func validate() throws {
    if name != nil, names != nil {
      throw ValidationError("--name and --names exclude each other")
    }
  }

  /// Describes the styles of `network`, which was read from `file`.
  func descriptions(
    for network: ForeignNetwork, in file: String
  ) throws -> [StyleDescription] {
    let count = network.styleCount
    if count != 1, let option = [("--name", name), ("--title", title)].first(where: { $1 != nil }) {
      throw ValidationError(
        "\(option.0) is about one style, and \(file) has \(count); describe them in a file for --names"
      )
    }
    let known =
      try names.map { try NamesFile(contentsOf: $0, count: count).styles }
      ?? network.styles ?? defaults(count: count, file: file)
    let styles = known.map { style in
      StyleDescription(
        name: name ?? style.name, title: title ?? style.title, artist: artist ?? style.artist,
        year: style.year, licence: licence ?? style.licence, source: source ?? style.source)
    }
    if let style = styles.first(where: { !NamesFile.isUsable($0.name) }) {
      throw ValidationError("\(name == nil ? file : "--name"): \(NamesFile.fault(of: style.name))")
    }
    return styles
  }

  private func defaults(count: Int, file: String) -> [StyleDescription] {
    if count == 1 { return [StyleDescription(name: PaintingFile(file).styleName ?? "style")] }
    let digits = max(2, String(count - 1).count)
    return (0..<count).map { index in
      let number = String(index)
      return StyleDescription(
        name: "style-" + String(repeating: "0", count: digits - number.count) + number)
    }
  }
}
