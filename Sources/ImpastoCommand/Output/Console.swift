import Foundation
import ImpastoCluster
import ImpastoFiles
import ImpastoSessions
import Synchronization

/// The output of a command: results go to standard output, everything else to standard error.
struct Console: Sendable {
  let isQuiet: Bool
  let isVerbose: Bool
  let isJSON: Bool
  /// The form of what tells how far the command has come.
  let progress: ProgressForm
  private let warnings = WarningLog()
  /// The reason for which a part of the result was lost; nil where none was.
  private static let loss = Mutex<String?>(nil)

  init(isQuiet: Bool, isVerbose: Bool, isJSON: Bool, progress: ProgressForm = .text) {
    (self.isQuiet, self.isVerbose, self.isJSON) = (isQuiet, isVerbose, isJSON)
    self.progress = progress
  }

  /// Prints a line of the result, unless it is given as JSON or not wanted.
  func result(_ line: String) {
    if !isQuiet, !isJSON { Self.write(line, to: .standardOutput) }
  }

  /// Prints the result, with all warnings, as the one JSON object on standard output.
  func result(json value: some Encodable) throws {
    let result = ResultWithWarnings(result: value, warnings: warnings.texts)
    Self.write(String(decoding: try JSONText.data(result), as: UTF8.self), to: .standardOutput)
  }

  /// Prints a note for a user who waits.
  func note(_ line: String) {
    if !isQuiet { Self.write(line, to: .standardError) }
  }

  /// Prints a warning, each once: the work goes on, but its result may differ.
  func warn(_ text: String) {
    if warnings.insert(text) { note("warning: \(text)") }
  }

  /// Prints the files of a folder that are left out, unless there are too many to read.
  func leftOut(_ omissions: [Remark]) {
    guard !omissions.isEmpty else { return }
    let shown = isVerbose || omissions.count <= 12 ? omissions : Array(omissions.prefix(10))
    let rest = omissions.count - shown.count
    let lines = shown.map(\.text) + (rest > 0 ? ["and \(rest) more, which --verbose lists"] : [])
    note("left out \(omissions.count):\n" + lines.map { "  \($0)" }.joined(separator: "\n"))
  }

  /// Prints a detail, with `--verbose`.
  func detail(_ line: @autoclosure () -> String) {
    if isVerbose { Self.write(line(), to: .standardError) }
  }

  /// Prints an error after which the command goes on.
  static func writeError(_ text: String) { write("error: \(text)", to: .standardError) }

  /// Prints lines as they are worded; nothing where another process speaks for this one.
  static func write(_ lines: String, to file: FileHandle) {
    if Launcher.isMute { return }
    let writer = AtomicFile.Writer(descriptor: file.fileDescriptor, path: "standard output")
    do throws(FileError) {
      try writer.append(Array("\(PlainText.words(lines))\n".utf8))
    } catch {
      // That nobody wants the result is no failure of the command.
      guard file.fileDescriptor == STDOUT_FILENO, case .cannotWrite(_, let reason) = error,
        !StandardStream.isOutputClosed
      else { return }
      loss.withLock { $0 = reason }
    }
  }

  /// Checks that all of the result has been printed.
  ///
  /// - Throws: ``CommandError/cannotWriteOutput(reason:)``.
  static func checkOutput() throws(CommandError) {
    if let reason = loss.withLock(\.self) { throw .cannotWriteOutput(reason: reason) }
  }
}
