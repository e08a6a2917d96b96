import ArgumentParser
import ImpastoNetworks

/// `impasto styles remove`: takes a style out of a checkpoint.
struct StylesRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Take a style out of a checkpoint.",
    discussion: """
      Pictures in all other styles stay the same, bit for bit. To keep the style, export it first.

      Example: impasto styles remove great-wave --model mine.safetensors
      """)

  @Argument(help: ArgumentHelp("The style.", valueName: "name"))
  var name: String

  @OptionGroup var checkpoint: CheckpointEdit

  func run() throws {
    try checkpoint.perform { model in
      try model.removing(name)
    } action: { _ in
      "removed \(name)"
    }
  }
}
