import NIOPosix
import Synchronization

/// The paintings that are made at once: one after the other, each with all threads.
///
/// Requests with the same slot are about the same picture: the newest wins, and an older one is
/// dropped, between bands where it is being painted.
actor PaintingQueue {
  /// The way of one request through the queue.
  final class Turn: Sendable {
    fileprivate let isStopped = Atomic(false)
    fileprivate let isOutdated = Atomic(false)
    fileprivate let thread: NIOThreadPool

    fileprivate init(_ thread: NIOThreadPool) { self.thread = thread }

    /// Runs `body` when those before it are done.
    ///
    /// - Parameter body: Gets what says whether to go on.
    func paint<Result: Sendable>(
      _ body: @escaping @Sendable (_ goesOn: @escaping @Sendable () -> Bool) throws -> Result
    ) async throws -> Result {
      try await withTaskCancellationHandler {
        try await thread.runIfActive {
          if self.isStopped.load(ordering: .relaxed) { throw CancellationError() }
          return try body { !self.isStopped.load(ordering: .relaxed) }
        }
      } onCancel: {
        isStopped.store(true, ordering: .relaxed)
      }
    }
  }

  private let limit: Int
  private let thread = NIOThreadPool(numberOfThreads: 1)
  private var newest: [String: (turn: Turn, drop: @Sendable () -> Void)] = [:]
  /// The number of requests that wait or are painted.
  private(set) var count = 0

  /// Creates a queue.
  ///
  /// - Parameter limit: The most requests that may wait.
  init(limit: Int) {
    self.limit = limit
    thread.start()
  }

  /// Lets `work` prepare and paint a picture.
  ///
  /// - Throws: ``ServiceError/busy(seconds:)``, ``ServiceError/outdated``, or what `work` throws.
  func run<Result: Sendable>(
    slot: String?, _ work: @escaping @Sendable (Turn) async throws -> Result
  ) async throws -> Result {
    // One that is dropped makes room for the one that takes its place.
    let older = slot.flatMap { newest[$0] }
    guard older != nil || count < limit else { throw ServiceError.busy(seconds: 1) }
    if let older {
      older.turn.isOutdated.store(true, ordering: .relaxed)
      older.drop()
    }
    let turn = Turn(thread)
    let task = Task { try await work(turn) }
    if let slot { newest[slot] = (turn, { task.cancel() }) }
    count += 1
    defer {
      count -= 1
      if let slot, newest[slot]?.turn === turn { newest[slot] = nil }
    }
    do {
      return try await task.valueUntilCancelled
    } catch {
      throw turn.isOutdated.load(ordering: .relaxed) ? ServiceError.outdated : error
    }
  }
}
