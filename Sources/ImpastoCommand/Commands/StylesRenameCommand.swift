import ArgumentParser
import ImpastoNetworks

/// `impasto styles rename`: gives a style another name.
struct StylesRenameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Give a style another name.",
    discussion: "Example: impasto styles rename great-wave wave --model mine.safetensors")

  @Argument(help: ArgumentHelp("The style.", valueName: "name"))
  var name: String

  @Argument(
    help: ArgumentHelp("New name: words of a-z and 0-9, joined by hyphens.", valueName: "new")
  )
  var newName: String

  @OptionGroup var checkpoint: CheckpointEdit

  func run() throws {
    try checkpoint.perform { model in
      try model.renaming(name, to: newName)
    } action: { _ in
      "renamed \(name) to \(newName)"
    }
  }
}
