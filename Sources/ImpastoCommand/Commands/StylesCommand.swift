import ArgumentParser

/// `impasto styles`: what a checkpoint can paint, and how styles come in and go out.
struct StylesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "styles",
    abstract: "List, rename, remove and share the styles of a checkpoint.",
    discussion: """
      Examples:
        impasto styles
        impasto styles export great-wave
        impasto styles import starry-night.style.safetensors --model mine.safetensors
      """,
    subcommands: [
      StylesListCommand.self, StylesShowCommand.self, StylesRenameCommand.self,
      StylesRemoveCommand.self, StylesExportCommand.self, StylesImportCommand.self,
    ],
    defaultSubcommand: StylesListCommand.self)
}
