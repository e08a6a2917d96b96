import Foundation
import Hummingbird
import ImpastoVideo

extension Problem {
  /// The problem of a job that has failed through no fault of its settings.
  static func ofServer(_ detail: String) -> Problem { Problem(.internalServerError, detail) }

  /// The problem of a job whose program has ended without success.
  init(_ end: ChildProcess.End) {
    let label = "error: "
    let first = end.lines.lastIndex { $0.hasPrefix(label) }
    // The last lines of a refusal say where help is.
    let words = first.map { index in
      end.lines[index...].filter { !$0.hasPrefix("  See '") && !$0.hasPrefix("Usage: ") }
    }
    if let signal = end.signal {
      let name = strsignal(signal).map { " (\(String(cString: $0)))" } ?? ""
      let said = end.lines.last.map { ": \($0)" } ?? ""
      self = .ofServer("impasto was ended by signal \(signal)\(name)\(said)")
    } else if let words {
      let detail = String(words.joined(separator: "\n").dropFirst(label.count))
      let isDiskFull = Self.reasonsOfFullDisk.contains { detail.contains("(\($0))") }
      self.init(isDiskFull ? .insufficientStorage : .unprocessableContent, detail)
    } else {
      self = .ofServer(end.reason)
    }
  }

  /// The system's reasons why a file cannot grow, as the errors of files tell them.
  private static let reasonsOfFullDisk = [ENOSPC, EDQUOT, EFBIG].map {
    String(cString: strerror($0))
  }
}
