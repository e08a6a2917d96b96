import Foundation
import ImpastoSessions
import Synchronization

/// The output of a command: results go to standard output, everything else to standard error.
struct Console: Sendable {
  let isQuiet: Bool
  let isVerbose: Bool
  let isJSON: Bool
  private let warnings = WarningLog()
  /// The number of the error by which a part of the result was lost; 0 where none was.
  private static let loss = Atomic<Int32>(0)

  init(isQuiet: Bool, isVerbose: Bool, isJSON: Bool) {
    (self.isQuiet, self.isVerbose, self.isJSON) = (isQuiet, isVerbose, isJSON)
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

  /// Prints lines as they are worded.
  static func write(_ lines: String, to file: FileHandle) {
    var bytes = Array("\(PlainText.words(lines))\n".utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Glibc.write(file.fileDescriptor, $0.baseAddress, $0.count)
      }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        // A closed pipe is no failure of the command.
        if errno != EPIPE, file.fileDescriptor == STDOUT_FILENO {
          loss.store(errno, ordering: .relaxed)
        }
        return
      }
    }
  }

  /// Checks that all of the result has been printed.
  ///
  /// - Throws: ``CommandError/cannotWriteOutput(reason:)``.
  static func checkOutput() throws(CommandError) {
    let number = loss.load(ordering: .relaxed)
    if number != 0 { throw .cannotWriteOutput(reason: String(cString: strerror(number))) }
  }
}
