import Foundation
import Synchronization

/// The end of a task, for which the main thread waits.
final class BlockingRun: Sendable {
  private let condition = NSCondition()
  private let result = Mutex<Result<Void, any Error>?>(nil)

  /// Lets the main thread go on.
  func end(with result: Result<Void, any Error>) {
    condition.withLock {
      self.result.withLock { $0 = result }
      condition.signal()
    }
  }

  /// Waits for the end; throws what it ended with.
  func wait() throws {
    let end = condition.withLock {
      while true {
        if let end = result.withLock({ $0 }) { return end }
        condition.wait()
      }
    }
    try end.get()
  }
}
