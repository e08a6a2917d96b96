import Foundation
import Synchronization

/// The work that rank 0 deals to the others, whom a thread of its own answers.
public final class Dealing<Ledger: WorkLedger>: Sendable {
  private let ledger: Ledger
  private let ranks: Communicator
  /// The number of pieces that are begun and not done.
  private let begun = Mutex(0)
  private let ended = DispatchSemaphore(value: 0)
  private let fault = Mutex<ClusterError?>(nil)

  init(_ ledger: Ledger, to ranks: Communicator) {
    (self.ledger, self.ranks) = (ledger, ranks)
    guard ranks.size > 1 else {
      ended.signal()
      return
    }
    Thread.detachNewThread { [self] in
      do throws(ClusterError) { try answer() } catch { fault.withLock { $0 = error } }
      ended.signal()
    }
  }

  /// Takes the next piece for rank 0 itself; nil where there is none to begin.
  public func next() -> Ledger.Piece? {
    begun.withLock { begun in
      let piece = ledger.next()
      if piece != nil { begun += 1 }
      return piece
    }
  }

  /// Notes what has become of a piece.
  public func record(_ outcome: Ledger.Outcome) {
    begun.withLock { begun in
      ledger.record(outcome)
      begun -= 1
    }
  }

  /// Checks that the others are still answered.
  ///
  /// - Throws: ``ClusterError/otherProgram(_:)``.
  public func check() throws(ClusterError) {
    if let fault = fault.withLock(\.self) { throw fault }
  }

  /// Waits until all pieces are done, and lets the others go on.
  ///
  /// - Parameter wait: Called several times a second until then.
  /// - Throws: ``ClusterError/otherProgram(_:)``.
  public func finish(whileWaiting wait: () -> Void = {}) throws(ClusterError) {
    while ended.wait(timeout: .now() + .milliseconds(100)) == .timedOut { wait() }
    try check()
  }

  /// Gives each of the others a piece when it asks for one, until all are done.
  private func answer() throws(ClusterError) {
    // Those for which nothing is left wait with the others, to go on at the same moment.
    var asking: Set<Int> = []
    while asking.count < ranks.size - 1 || ledger.isOpen || begun.withLock({ $0 > 0 }) {
      var isIdle = true
      for rank in 1..<ranks.size {
        if !asking.contains(rank), let bytes = ranks.receive(from: rank) {
          isIdle = false
          if let outcome = try ranks.message(Ledger.Outcome.self, bytes, from: rank) {
            record(outcome)
          }
          asking.insert(rank)
        }
        if asking.contains(rank), let piece = next() {
          isIdle = false
          ranks.send(Message(piece).bytes, to: rank)
          asking.remove(rank)
        }
      }
      if isIdle { ranks.pause() }
    }
    for rank in asking { ranks.send(Message<Ledger.Piece>(nil).bytes, to: rank) }
  }
}
