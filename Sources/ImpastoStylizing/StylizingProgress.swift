import Synchronization

/// How much of a stylisation is done.
final class StylizingProgress: Sendable {
  private let total: Int
  private let done = Atomic(0)
  private let report: (@Sendable (Double) -> Void)?

  /// Counts parts of work up to `total`, and tells `report` the share that is done.
  init(total: Int, report: (@Sendable (Double) -> Void)?) {
    (self.total, self.report) = (total, report)
  }

  /// Notes that a part is done; any thread may.
  func advance() {
    let done = done.add(1, ordering: .relaxed).newValue
    report?(min(1, Double(done) / Double(total)))
  }
}
