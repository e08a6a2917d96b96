import ArgumentParser

/// `impasto weights`: provides the loss network that training needs.
struct WeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Provide the loss network (VGG-19) that training needs.",
    subcommands: [WeightsInstallCommand.self, WeightsImportCommand.self])
}
