import ArgumentParser

/// Neural style transfer with many styles in one network.
@main
struct Impasto: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "impasto")
}
