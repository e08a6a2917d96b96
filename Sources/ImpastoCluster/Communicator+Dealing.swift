import Foundation
import Synchronization

/// Work in pieces of which each rank takes the next one when it has done one.
extension Communicator {
  /// Does the pieces of `ledger`, this rank its share of them, until all of them are done everywhere.
  ///
  /// Rank 0 answers the others from a thread of its own while it works.
  ///
  /// - Parameters:
  ///   - ledger: The work; read on rank 0 only, where it has to be given.
  ///   - perform: Does one piece, on the thread of the caller.
  /// - Throws: ``ClusterError/otherProgram(_:)``.
  public func share<Ledger: WorkLedger>(
    _ ledger: Ledger?, _ perform: (Ledger.Piece) -> Ledger.Outcome
  ) throws(ClusterError) {
    guard isFirst, let ledger else {
      return try takePieces(of: Ledger.self, perform)
    }
    let dealer = Dealer(ledger)
    let ended = DispatchSemaphore(value: 0)
    let fault = Mutex<ClusterError?>(nil)
    if size > 1 {
      Thread.detachNewThread { [self] in
        do throws(ClusterError) { try answer(with: dealer) } catch { fault.withLock { $0 = error } }
        ended.signal()
      }
    }
    var outcome: Ledger.Outcome?
    while let piece = dealer.piece(after: outcome) { outcome = perform(piece) }
    if size > 1 { ended.wait() }
    if let fault = fault.withLock(\.self) { throw fault }
  }

  /// Does what rank 0 deals to this one.
  private func takePieces<Ledger: WorkLedger>(
    of _: Ledger.Type, _ perform: (Ledger.Piece) -> Ledger.Outcome
  ) throws(ClusterError) {
    var outcome: Ledger.Outcome?
    while true {
      send(Message(outcome).bytes, to: 0)
      var answer = receive(from: 0)
      while answer == nil {
        usleep(Self.pause)
        answer = receive(from: 0)
      }
      guard let piece = try message(Ledger.Piece.self, answer ?? [], from: 0) else { return }
      outcome = perform(piece)
    }
  }

  /// Gives each of the others a piece when it asks for one, until all are done.
  private func answer<Ledger: WorkLedger>(with dealer: Dealer<Ledger>) throws(ClusterError) {
    // Those for which nothing is left wait with the others, to go on at the same moment.
    var idle: Set<Int> = []
    while idle.count < size - 1 || !dealer.isDone {
      var hasAnswered = false
      for rank in 1..<size where !idle.contains(rank) {
        guard let bytes = receive(from: rank) else { continue }
        hasAnswered = true
        let outcome = try message(Ledger.Outcome.self, bytes, from: rank)
        if let piece = dealer.piece(after: outcome) {
          send(Message(piece).bytes, to: rank)
        } else {
          idle.insert(rank)
        }
      }
      if !hasAnswered { usleep(Self.pause) }
    }
    for rank in idle { send(Message<Ledger.Piece>(nil).bytes, to: rank) }
  }

  /// The microseconds between two looks for a message: waiting inside MPI would take a processor.
  private static var pause: UInt32 { 500 }

  private func message<Value: Codable>(
    _: Value.Type, _ bytes: [UInt8], from rank: Int
  ) throws(ClusterError) -> Value? {
    do {
      return try Message<Value>(bytes: bytes).value
    } catch {
      throw .otherProgram(name(of: rank))
    }
  }
}

/// The message of one rank to another, which may say nothing.
private struct Message<Value: Codable>: Codable {
  let value: Value?

  init(_ value: Value?) { self.value = value }

  init(bytes: [UInt8]) throws {
    self = try PropertyListDecoder().decode(Self.self, from: Data(bytes))
  }

  var bytes: [UInt8] {
    // Unlike JSON it holds bytes as they are, and numbers that are infinite.
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    do { return Array(try encoder.encode(self)) } catch {
      preconditionFailure("\(Value.self) cannot be sent: \(error)")
    }
  }
}

/// A ledger with the number of pieces that are begun and not done.
private final class Dealer<Ledger: WorkLedger>: Sendable {
  private let ledger: Ledger
  private let begun = Mutex(0)

  init(_ ledger: Ledger) { self.ledger = ledger }

  /// Takes down what has become of a piece, if one was done, and gives the next.
  func piece(after outcome: Ledger.Outcome?) -> Ledger.Piece? {
    begun.withLock { begun in
      if let outcome {
        ledger.record(outcome)
        begun -= 1
      }
      guard let piece = ledger.next() else { return nil }
      begun += 1
      return piece
    }
  }

  /// Indicates whether no piece is being done.
  var isDone: Bool { begun.withLock { $0 == 0 } }
}
