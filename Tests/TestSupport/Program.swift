package import Foundation
import Testing

/// A built program, `impasto` if nothing else is said, run as a user runs it.
package struct Program {
  /// What one run left behind.
  package struct Outcome {
    /// As a shell tells it: 128 and the number of the signal that ended it, if one did.
    package let exitCode: Int32
    package let output: String
    package let errors: String

    /// Standard output as the one JSON object that it has to be.
    package func json() throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return try #require(object as? [String: Any])
    }
  }

  /// The executable called `name` beside this test's own.
  package static func path(of name: String) -> String {
    let test = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return test.deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Copies an executable, by a program of its own: a file that this process has open for writing may
  /// be open in a child that another test starts just then, and cannot be started until that ends.
  package static func copy(_ executable: String, to path: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/cp")
    process.arguments = [executable, path]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  package let folder: TemporaryFolder
  package var executable: String
  package var environment: [String: String]
  /// Where it runs, within ``folder``.
  package var workingFolder: String

  package init(
    folder: TemporaryFolder, executable: String = Program.path(of: "impasto"),
    environment: [String: String] = [:], workingFolder: String = "."
  ) {
    (self.folder, self.executable) = (folder, executable)
    (self.environment, self.workingFolder) = (environment, workingFolder)
  }

  /// Runs the program with `arguments` in the folder and waits for its end.
  package func run(_ arguments: [String]) throws -> Outcome {
    try start(arguments).finish()
  }

  package func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  /// What `--help` says of a command, after the program's name.
  package static func help(_ command: [String]) throws -> String {
    let outcome = try Program(folder: TemporaryFolder()).run(command + ["--help"])
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
    // Help of a command ends with an empty line, that of the program itself does not.
    return outcome.output.trimmingCharacters(in: .newlines) + "\n"
  }

  /// Runs the program with `arguments` in the folder, its streams being other files there.
  package func run(
    _ arguments: [String], input: Data = Data(), output: FileHandle
  ) throws -> Outcome {
    let file = try TemporaryFolder()
    try input.write(to: file.url("input"))
    return try start(
      arguments, input: FileHandle(forReadingFrom: file.url("input")), output: output
    ).finish()
  }

  /// Starts the program with `arguments` in the folder.
  ///
  /// - Parameters:
  ///   - output: Where standard output goes; without it, into the outcome.
  package func start(
    _ arguments: [String], input: FileHandle = .nullDevice, output: FileHandle? = nil
  ) throws -> Running {
    // Files and not pipes, which would have to be emptied while the program runs.
    let files = try TemporaryFolder()
    for name in ["output", "errors"] { try Data().write(to: files.url(name)) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url(workingFolder)
    var variables = ProcessInfo.processInfo.environment
    variables["IMPASTO_MODEL"] = nil
    variables["COLUMNS"] = "80"
    process.environment = variables.merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = try output ?? FileHandle(forWritingTo: files.url("output"))
    process.standardError = try FileHandle(forWritingTo: files.url("errors"))
    // What runs these tests in the background may have had them ignored.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    try process.run()
    return Running(process: process, files: files)
  }

  /// A run that has not ended.
  package struct Running {
    package let process: Process
    let files: TemporaryFolder

    /// What it has printed to standard error so far.
    package var errors: String {
      get throws { try String(contentsOf: files.url("errors"), encoding: .utf8) }
    }

    /// Sends a signal.
    package func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Whether it catches `signal` at this moment.
    package func catches(_ signal: Int32) -> Bool {
      let status = try? String(
        contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      guard let mask = status?.firstMatch(of: #/SigCgt:\s+([0-9a-f]+)/#)?.1 else { return false }
      return UInt64(mask, radix: 16).map { $0 >> UInt64(signal - 1) & 1 == 1 } ?? false
    }

    /// How many bytes it has read from files and pipes so far.
    package var bytesRead: Int {
      let counts = try? String(
        contentsOfFile: "/proc/\(process.processIdentifier)/io", encoding: .utf8)
      return (counts?.firstMatch(of: #/rchar: (\d+)/#)?.1).flatMap { Int($0) } ?? 0
    }

    /// Whether a file is in the making in `folder`, most likely one that has no name yet.
    package func hasDraft(in folder: URL) -> Bool {
      let links = "/proc/\(process.processIdentifier)/fd"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: links)) ?? []
      return names.contains { name in
        let file = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(links)/\(name)")
        guard let file, file.hasPrefix(folder.resolvingSymlinksInPath().path + "/") else {
          return false
        }
        return file.hasSuffix(" (deleted)") || file.contains("/.impasto-")
      }
    }

    package func finish() throws -> Outcome {
      process.waitUntilExit()
      return Outcome(
        exitCode: process.terminationReason == .exit
          ? process.terminationStatus : 128 + process.terminationStatus,
        output: try String(contentsOf: files.url("output"), encoding: .utf8),
        errors: try errors)
    }

    /// Waits for its end, and watches the most memory that it holds until then.
    package func finishWatched() throws -> (outcome: Outcome, peakBytes: Int) {
      var peak = 0
      while process.isRunning {
        // A process that has ended by now has no memory left to tell of.
        let status = try? String(
          contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        if let kibibytes = status?.firstMatch(of: #/VmHWM:\s+(\d+) kB/#)?.1 {
          peak = (Int(kibibytes) ?? 0) * 1024
        }
        usleep(2000)
      }
      return (try finish(), peak)
    }
  }
}

extension TemporaryFolder {
  package func url(_ name: String) -> URL { URL(fileURLWithPath: file(name)) }
}
