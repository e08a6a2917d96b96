/// A fraction of positive whole numbers in lowest terms, such as the length of a tick of time in seconds.
public struct Rational: Hashable, Sendable, CustomStringConvertible {
  /// The number above the line.
  public let numerator: Int
  /// The number below the line.
  public let denominator: Int

  /// Creates a fraction, brought to lowest terms, without which ffmpeg reads no NUT stream.
  ///
  /// - Precondition: Both numbers are positive.
  public init(_ numerator: Int, _ denominator: Int) {
    precondition(numerator > 0 && denominator > 0, "the fraction \(numerator)/\(denominator)")
    var (divisor, rest) = (numerator, denominator)
    while rest > 0 { (divisor, rest) = (rest, divisor % rest) }
    (self.numerator, self.denominator) = (numerator / divisor, denominator / divisor)
  }

  /// Reads `30000/1001` or `1:1`.
  ///
  /// - Returns: nil for all else, and where a number is not positive.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == ":" }
    guard parts.count == 2, let above = Int(parts[0]), let below = Int(parts[1]), above > 0,
      below > 0
    else { return nil }
    self.init(above, below)
  }

  /// The value.
  public var value: Double { Double(numerator) / Double(denominator) }

  /// Both numbers, as ffmpeg takes them.
  public var description: String { "\(numerator)/\(denominator)" }
}
