import Synchronization

/// How much of a stylisation is done, in bands of rows of all layers together.
final class StylizingProgress: Sendable {
  private let total: Int
  private let done = Atomic(0)
  private let report: (@Sendable (_ done: Int, _ total: Int) -> Void)?

  /// Counts up to `total` bands, and tells `report` of each that is done.
  init(total: Int, report: (@Sendable (_ done: Int, _ total: Int) -> Void)?) {
    (self.total, self.report) = (total, report)
  }

  /// Notes that a band is done; any thread may.
  func advance() {
    let done = done.add(1, ordering: .relaxed).newValue
    report?(done, total)
  }
}
