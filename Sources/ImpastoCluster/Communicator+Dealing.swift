import Foundation

/// Work in pieces of which each rank takes the next one when it has done one.
extension Communicator {
  /// Does the pieces of `ledger`, this rank its share of them, until all of them are done everywhere.
  ///
  /// Rank 0 answers the others from a thread of its own while it works.
  ///
  /// - Parameters:
  ///   - ledger: The work; read on rank 0 only, where it has to be given.
  ///   - wait: Called on rank 0 several times a second while it waits for the others, or for pieces to
  ///     come.
  ///   - perform: Does one piece, on the thread of the caller.
  /// - Throws: ``ClusterError/otherProgram(_:)``.
  public func share<Ledger: WorkLedger>(
    _ ledger: Ledger?, whileWaiting wait: () -> Void = {},
    _ perform: (Ledger.Piece) -> Ledger.Outcome
  ) throws(ClusterError) {
    guard isFirst, let ledger else {
      return try takePieces(of: Ledger.self, perform)
    }
    let dealing = deal(ledger)
    while true {
      if let piece = dealing.next() {
        dealing.record(perform(piece))
      } else if ledger.isOpen {
        wait()
        pause()
      } else {
        break
      }
    }
    try dealing.finish(whileWaiting: wait)
  }

  /// Begins to deal the pieces of `ledger` to the other ranks, which call
  /// ``share(_:whileWaiting:_:)``.
  ///
  /// Until ``Dealing/finish(whileWaiting:)`` has returned, this rank, the first, does nothing else with
  /// the others.
  public func deal<Ledger: WorkLedger>(_ ledger: Ledger) -> Dealing<Ledger> {
    Dealing(ledger, to: self)
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
        pause()
        answer = receive(from: 0)
      }
      guard let piece = try message(Ledger.Piece.self, answer ?? [], from: 0) else { return }
      outcome = perform(piece)
    }
  }

  /// Passes the time between two looks for a message: waiting inside MPI would take a processor.
  func pause() { usleep(500) }

  /// Reads the message of a rank.
  func message<Value: Codable>(
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
struct Message<Value: Codable>: Codable {
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
