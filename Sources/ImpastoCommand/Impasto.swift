import ArgumentParser
import Foundation
import ImpastoCompute

/// The command line: parses, runs one command and maps every failure to text and an exit code.
@main
struct Impasto: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "impasto",
    abstract: "Paint photos in the style of paintings, many styles in one network.",
    discussion: """
      Example: impasto stylize photo.jpg --style great-wave

      Exit codes: 0 success, 1 a known failure, 64 a mistake in the command line.
      """,
    version: "0.1.0 (\(Arithmetic.current))",
    subcommands: [
      StylizeCommand.self, InterpolateCommand.self, SheetCommand.self, GridCommand.self,
      OptimizeCommand.self, StylesCommand.self, AddStyleCommand.self, TrainCommand.self,
      EvaluateCommand.self, ModelCommand.self, ExportCommand.self, WeightsCommand.self,
    ])

  // Known failures carry their own words and need no usage; ArgumentParser prints them as they
  // are and exits 1. Only mistakes that show after parsing are worded here.
  static func main() {
    ThreadTeam.restartWithPatience()
    do throws(ComputeError) {
      try InstructionSet.checked()
    } catch {
      Console.writeError(error.description)
      // Help and usage would ask for the same set.
      Foundation.exit(ExitCode.validationFailure.rawValue)
    }
    do {
      var command = try parseAsRoot()
      do {
        try command.run()
      } catch let mistake as ValidationError {
        let name = words(for: type(of: command), below: Self.self) ?? "impasto"
        Console.writeError("\(mistake.message)\nSee '\(name) --help' for more information.")
        throw ExitCode.validationFailure
      }
    } catch {
      exit(withError: error)
    }
  }

  /// The words that call `command`, found below `root`: `impasto styles rename`.
  private static func words(
    for command: any ParsableCommand.Type, below root: any ParsableCommand.Type
  ) -> String? {
    let name = root.configuration.commandName ?? ""
    if command == root { return name }
    return root.configuration.subcommands.lazy.compactMap { words(for: command, below: $0) }.first
      .map { "\(name) \($0)" }
  }

  // The label of usage mistakes, so that all errors begin alike.
  // swift-format-ignore: NoLeadingUnderscores
  static var _errorLabel: String { "error" }
}
