import Synchronization

/// The progress of a stylisation, in bands of rows of all layers together.
final class StylizingProgress: Sendable {
  private let total: Int
  private let done = Atomic(0)
  private let report: Stylizer.Progress?

  /// Counts up to `total` bands, and tells `report` of each that is done.
  init(total: Int, _ report: Stylizer.Progress?) { (self.total, self.report) = (total, report) }

  /// Notes that a band is done; any thread may.
  ///
  /// - Returns: Whether to go on.
  func advance() -> Bool {
    let done = done.add(1, ordering: .relaxed).newValue
    return report?(done, total) ?? true
  }
}
