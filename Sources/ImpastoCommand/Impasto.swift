import ArgumentParser
import Foundation
import ImpastoCluster
import ImpastoCompute
import ImpastoFiles
import ImpastoSessions

/// The command line: parses, runs one command and maps every failure to text and an exit code.
@main
struct Impasto: ParsableCommand {
  /// The version of the program.
  static let release = "0.1.0"

  /// The release, the commit where a package tells it, and the arithmetic.
  private static var version: String {
    let commit = ModelSearch.packagedCommit.map { "commit \($0), " } ?? ""
    return "\(release) (\(commit)\(Arithmetic.current))"
  }

  static let configuration = CommandConfiguration(
    commandName: "impasto",
    abstract: "Paint photos in the style of paintings, many styles in one network.",
    discussion: """
      Example: impasto stylize photo.jpg --style great-wave

      Exit codes: 0 success, 1 a known failure, 64 a mistake in the command line. A command that \
      is stopped by a signal saves what it can and ends by that signal, which a shell reports as \
      128 plus its number: 130 after Ctrl-C.
      """,
    version: version,
    subcommands: [
      ServeCommand.self, StylizeCommand.self, EnlargeCommand.self, VideoCommand.self,
      InterpolateCommand.self, SheetCommand.self, GridCommand.self,
      OptimizeCommand.self, DreamCommand.self, DoodleCommand.self, StylesCommand.self,
      AddStyleCommand.self,
      TrainCommand.self, TrainEnlargeCommand.self,
      EvaluateCommand.self, ModelCommand.self, ImportCommand.self, ExportCommand.self,
      WeightsCommand.self,
    ])

  static func main() {
    StandardStream.prepare()
    StopSignal.unblock()
    do throws(ComputeError) {
      try InstructionSet.checked()
    } catch {
      Console.writeError(error.description)
      // Help and usage would ask for the same set.
      Foundation.exit(ExitCode.validationFailure.rawValue)
    }
    ThreadTeam.restartWithBriefWaiting()
    let arguments = CommandLine.paths.dropFirst()
    do {
      var command = try parseAsRoot(Array(arguments))
      do {
        try checkAlone(command)
        try command.run()
        try Console.checkOutput()
      } catch let mistake as ValidationError {
        throw refusal(of: type(of: command), mistake.message)
      } catch let error as SessionError {
        if error.isMistake { throw refusal(of: type(of: command), error.words) }
        Console.writeError(error.words)
        throw ExitCode.failure
      }
    } catch let interruption as Interruption {
      if let reason = interruption.reason { Console.writeError(reason.description) }
      interruption.end()
    } catch {
      end(with: error, arguments)
    }
  }

  /// Refuses to do the work of a command several times over.
  private static func checkAlone(_ command: any ParsableCommand) throws {
    guard let launcher = Launcher.current, launcher.size > 1, !(command is any RankedCommand) else {
      return
    }
    throw ValidationError("this command works in one process; start it without mpirun")
  }

  /// Prints what is wrong with the call of a command, and where its help is.
  private static func refusal(
    of command: any ParsableCommand.Type, _ mistake: String
  ) -> ExitCode {
    let name = words(for: command, below: Self.self) ?? "impasto"
    Console.writeError("\(mistake)\nSee '\(name) --help' for more information.")
    return .validationFailure
  }

  /// Ends the program with the text and exit code of `error`, which may stand for success.
  ///
  /// Known failures carry their own words and need no usage.
  private static func end(with error: any Error, _ arguments: ArraySlice<String>) -> Never {
    let code = exitCode(for: error)
    // Whatever it is, rank 0 says it, and the launcher ends all when the first of them ends.
    if Launcher.isMute, code != .success { sleep(5) }
    let text = fullMessage(for: error)
    if text.isEmpty { exit(withError: code) }
    if code == .success {
      Console.write(text, to: .standardOutput)
      do { try Console.checkOutput() } catch {
        Console.writeError(error.description)
        exit(withError: ExitCode.failure)
      }
    } else if code == .validationFailure, let file = fileLikeOption(arguments) {
      Console.writeError(
        "\(file): what begins with - is taken for an option; call this file ./\(file)")
    } else {
      Console.write(text, to: .standardError)
    }
    exit(withError: code)
  }

  /// The first of `arguments` that looks like an option and is the name of a file.
  private static func fileLikeOption(_ arguments: ArraySlice<String>) -> String? {
    arguments.prefix { $0 != "--" }.first {
      $0.hasPrefix("-") && $0 != StandardStream.name && FileStatus.exists($0)
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

extension CommandLine {
  /// The arguments, of which those that are not text are paths all the same.
  fileprivate static var paths: [String] {
    (0..<Int(argc)).compactMap { unsafeArgv[$0].map { String(path: $0) } }
  }
}
