/// The pieces of a work that ranks share, and what has become of those that are done.
///
/// It is on rank 0, where any thread calls it, one at a time: while one waits, no other rank is answered.
public protocol WorkLedger: AnyObject, Sendable {
  /// A piece of work, as it is told to the rank that does it.
  associatedtype Piece: Codable, Sendable
  /// The outcome of a piece.
  associatedtype Outcome: Codable, Sendable

  /// Takes the next piece; nil where none is left to begin, which may change as long as it is open.
  func next() -> Piece?

  /// Notes what has become of a piece.
  func record(_ outcome: Outcome)

  /// Indicates whether pieces may still come after there was none to begin.
  var isOpen: Bool { get }
}

extension WorkLedger {
  /// No piece comes later.
  public var isOpen: Bool { false }
}
