import Synchronization

/// Shows how many of a command's pictures are done, and how many bands of the current one; any
/// thread may report bands.
///
/// Bands show once a picture takes longer than a moment.
final class PictureProgress: Sendable {
  private struct State {
    var bar: ProgressBar?
    /// The pictures that are done.
    var done = 0
    /// The current one.
    var name = ""
    var begun = ContinuousClock.now
  }

  private let state = Mutex(State())
  private let count: Int
  private let console: Console

  /// The time that a picture may take before its bands show; a program wants them at once.
  private var moment: Duration { console.progress == .json ? .zero : .seconds(3) }

  /// Prepares to show `count` pictures, or the bands of one alone.
  init(count: Int, console: Console) { (self.count, self.console) = (count, console) }

  /// Shows that the picture called `name` is begun and `done` before it are done.
  func begin(_ name: String, after done: Int) {
    state.withLock { state in
      (state.done, state.name, state.begun) = (done, name, .now)
      guard count > 1 else { return }
      if state.bar == nil {
        state.bar = ProgressBar(total: count, completed: done, console: console)
      }
      state.bar?.update(done, name)
    }
  }

  /// Shows that `done` pictures are done, while no other can be begun.
  func wait(after done: Int) {
    state.withLock { $0.bar?.update(done, "waiting for the rest") }
  }

  /// Shows that `done` of `total` bands of the current picture are.
  func update(_ done: Int, _ total: Int) {
    state.withLock { state in
      guard ContinuousClock.now - state.begun > moment else { return }
      if count > 1 {
        state.bar?.update(
          state.done, work: (Double(state.done) + Double(done) / Double(total)) / Double(count),
          "\(state.name), band \(done) of \(total)")
      } else {
        if state.bar == nil {
          state.bar = ProgressBar(total: total, completed: done, console: console)
        }
        state.bar?.update(done, "bands of \(state.name)")
      }
    }
  }

  /// Prints a note, with the bar out of the way.
  func note(_ line: String) {
    clear()
    console.note(line)
  }

  /// Prints warnings, each once, with the bar out of the way.
  func warn(_ texts: [String]) {
    guard !texts.isEmpty else { return }
    clear()
    texts.forEach(console.warn)
  }

  /// Takes the bar away, until more is to be shown.
  func clear() { state.withLock { $0.bar?.clear() } }
}
