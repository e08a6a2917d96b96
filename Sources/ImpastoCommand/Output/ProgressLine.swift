import ArgumentParser
import Foundation
import ImpastoSessions

/// The forms of what tells how far a command has come.
enum ProgressForm: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// The progress of a command as a line of JSON for a program that leads it.
struct ProgressLine: Encodable {
  /// The pieces of work that are done, and all of them.
  var done, total: Int?
  /// The share of all work that is done, 0 to 1.
  var share: Double?
  /// Absent where nothing was done yet.
  var secondsLeft: Double?
  var status: String?
  /// The latest loss of a training.
  var loss: Float?
  /// The file of a picture that shows how far the work is.
  var picture: String?

  /// Prints the line to standard error.
  func write() {
    guard let text = try? JSONText.line(self) else { return }
    Console.write(text, to: .standardError)
  }

  /// Ends this process once nobody reads what it tells: it works for that program alone.
  static let endWithReader: Void = Thread.detachNewThread {
    // A pipe whose reader has gone is in error; nothing else wakes this up but a terminal's end.
    var stream = pollfd(fd: STDERR_FILENO, events: 0, revents: 0)
    while poll(&stream, 1, -1) < 1 {}
    if Int32(stream.revents) & POLLERR != 0 { kill(getpid(), SIGKILL) }
  }
}
