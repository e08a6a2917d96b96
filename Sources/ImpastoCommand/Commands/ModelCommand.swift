import ArgumentParser

/// `impasto model`: looks at checkpoints and halves them.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Look at checkpoints and halve their size.",
    subcommands: [ModelShowCommand.self, ModelCompactCommand.self])
}
