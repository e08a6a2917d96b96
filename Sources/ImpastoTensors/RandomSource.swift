/// A stream of random bits that is a pure function of a seed and a path.
///
/// Training draws everything it chooses at step `t` from `RandomSource(seed: s, path: [t, …])`;
/// a resumed run therefore needs only the step number to continue to the same result.
///
/// Source: SplitMix64 (Steele, Lea, Flood 2014).
public struct RandomSource: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates the stream of `seed` at `path`; different paths give independent streams.
  public init(seed: UInt64, path: [UInt64] = []) {
    state = seed
    for component in path { state = Self.mixed(next() ^ component) }
  }

  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mixed(state)
  }

  /// A number in `0..<1`.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number in `range`.
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ bits: UInt64) -> UInt64 {
    var z = bits
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
