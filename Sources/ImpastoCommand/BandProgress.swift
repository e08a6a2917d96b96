import Synchronization

/// Shows how far the bands of one large picture have come; any thread may report.
///
/// A picture that takes less than a moment shows nothing.
final class BandProgress: Sendable {
  private let bar = Mutex<ProgressBar?>(nil)
  private let console: Console
  private let name: String
  private let begun = ContinuousClock.now

  private static let moment = Duration.seconds(3)

  /// Prepares to show the bands of the picture called `name`.
  init(name: String, console: Console) { (self.name, self.console) = (name, console) }

  /// Shows that `done` of `total` bands are.
  func update(_ done: Int, _ total: Int) {
    guard ContinuousClock.now - begun > Self.moment else { return }
    bar.withLock { bar in
      if bar == nil { bar = ProgressBar(total: total, completed: done, console: console) }
      bar?.update(done, "bands of \(name)")
    }
  }

  /// Takes the bar away.
  func clear() { bar.withLock { $0?.clear() } }
}
