import Foundation
import ImpastoCluster
import ImpastoSessions

/// Shows on standard error how far a long command has come.
///
/// A terminal gets a bar that is drawn over itself; anything else a plain line now and then, or lines
/// of JSON where those were asked for.
struct ProgressBar {
  private let total: Int
  private let start: Int
  private let isShown: Bool
  private let form: ProgressForm
  private let isTerminal: Bool
  private let clock = ContinuousClock()
  private let begun: ContinuousClock.Instant
  private var shown: ContinuousClock.Instant?

  /// Creates a bar for `total` pieces of work, of which `completed` are done already.
  init(total: Int, completed: Int = 0, console: Console) {
    self.total = total
    start = completed
    isShown = !console.isQuiet && !Launcher.isMute
    form = console.progress
    isTerminal = form == .text && isatty(STDERR_FILENO) == 1
    begun = clock.now
  }

  /// Shows that `completed` pieces are done, unless something was shown a moment ago.
  ///
  /// - Parameters:
  ///   - work: The share of all work that is done, 0 to 1, where it is not that of the pieces.
  ///   - loss: The latest loss of a training.
  mutating func update(
    _ completed: Int, work: Double? = nil, _ status: String, loss: Float? = nil
  ) {
    guard isShown else { return }
    let now = clock.now
    let interval: Duration = isTerminal || form == .json ? .milliseconds(100) : .seconds(10)
    if let shown, now - shown < interval, completed < total { return }
    shown = now
    let done = work.map { $0 * Double(total) } ?? Double(completed)
    if form == .json {
      ProgressLine(
        done: completed, total: total, share: total > 0 ? done / Double(total) : 1,
        secondsLeft: secondsLeft(done, now), status: status, loss: loss
      ).write()
      return
    }
    let parts = ["\(completed)/\(total)", timeLeft(done, now), PlainText.words(status)]
    let text = parts.filter { !$0.isEmpty }.joined(separator: "  ")
    write(isTerminal ? "\r\u{1B}[K\(line(done, text))" : "\(text)\n")
  }

  /// Tells a program that reads the progress of a picture that shows it.
  func show(_ picture: String) {
    if isShown, form == .json { ProgressLine(picture: picture).write() }
  }

  /// Runs `body`, which prints lines, with the bar out of the way.
  func aside(_ body: () throws -> Void) rethrows {
    clear()
    try body()
  }

  /// Takes the bar away.
  func clear() {
    if isShown, isTerminal, shown != nil { write("\r\u{1B}[K") }
  }

  /// One line of the terminal: the text, and before it a bar where there is room.
  private func line(_ done: Double, _ text: String) -> String {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let columns = (isKnown ? Int(size.ws_col) : 80) - 1
    let width = min(20, columns - text.count - 1)
    guard width >= 5 else { return String(text.prefix(columns)) }
    let filled = total > 0 ? min(width, Int(done * Double(width) / Double(total))) : width
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    return "\(bar) \(text)"
  }

  private func timeLeft(_ done: Double, _ now: ContinuousClock.Instant) -> String {
    secondsLeft(done, now).map { "\(Duration.seconds($0).brief) left" } ?? ""
  }

  private func secondsLeft(_ done: Double, _ now: ContinuousClock.Instant) -> Double? {
    guard done > Double(start), done < Double(total) else { return nil }
    return (now - begun).inSeconds / (done - Double(start)) * (Double(total) - done)
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

extension Duration {
  /// The duration in its two largest units, such as "1 h 04 min", "3 min 20 s" or "12 s".
  var brief: String {
    let seconds = Int(components.seconds)
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    if hours > 0 { return "\(hours) h \(minutes < 10 ? "0" : "")\(minutes) min" }
    return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
  }
}
