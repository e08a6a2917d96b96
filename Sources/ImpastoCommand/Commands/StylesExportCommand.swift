import ArgumentParser
import Foundation
import ImpastoNetworks
import ImpastoSessions

/// `impasto styles export`: writes one style to a file of its own.
struct StylesExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a style to a file of its own, to be shared.",
    discussion: """
      The file is small and holds everything that is stored about the style. It can be imported \
      into any checkpoint of the same network.

      Example: impasto styles export great-wave
      """)

  @Argument(help: ArgumentHelp("The style.", valueName: "name"))
  var name: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "File to write (default: <name>\(StyleFile.nameSuffix)).", valueName: "file"))
  var output: String?

  @OptionGroup var model: ModelOptions
  @OptionGroup var shown: OutputOptions

  private struct Result: Encodable {
    var output: String
    var bytes: Int
    var checkpoint: String
    var fingerprint: String
    var style: StyleDescription
  }

  func run() throws {
    let path = try ModelSearch.path(given: model.model)
    let network = try StyleModel(contentsOf: path)
    let style = try StyleArgument.named {
      try network.style(named: name)
    }
    let output = output ?? name + StyleFile.nameSuffix
    if Folder.isSame(output, path) {
      throw ValidationError(
        "--output \(output) is the checkpoint itself, which would be lost; name another")
    }
    try Folder.checkNew(output)
    try network.exportStyle(named: name, to: output)
    let console = shown.console
    let result = Result(
      output: output, bytes: Folder.size(of: output), checkpoint: path,
      fingerprint: network.fingerprint, style: style.description)
    if shown.json { return try console.result(json: result) }
    console.result("\(path): \(name) → \(output) (\(result.bytes) bytes)")
  }
}
