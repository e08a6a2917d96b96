import CKernels
import Glibc

/// The number of threads that the arithmetic may use.
public struct ThreadBudget: Hashable, Sendable {
  /// The number of threads, one or more.
  public let count: Int

  /// Creates a budget of `count` threads.
  ///
  /// - Precondition: `count` is positive.
  public init(count: Int) {
    precondition(count > 0, "a thread budget of \(count)")
    self.count = count
  }

  /// One thread for each processor that this process may run on, and that the quotas of its control
  /// groups are worth.
  public static let available: ThreadBudget = {
    let processors = max(1, Int(kernels_available_processors()))
    return ThreadBudget(count: min(processors, ControlGroups().processors ?? processors))
  }()

  /// The share of this machine's processors that each of `ranks` processes has that do the same work,
  /// one at least; fewer where it may run on fewer.
  public static func share(ofRanks ranks: Int) -> ThreadBudget {
    let processors = ControlGroups().processors ?? sysconf(Int32(_SC_NPROCESSORS_ONLN))
    return ThreadBudget(count: max(1, min(available.count, processors / ranks)))
  }
}
