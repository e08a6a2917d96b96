import ArgumentParser

/// `impasto model`: looks at checkpoints.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Look at checkpoints.",
    subcommands: [ModelShowCommand.self])
}
