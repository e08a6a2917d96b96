/// The total loss over the iterations of an optimisation of pixels: a baseline for a network.
public struct Descent: Sendable, Hashable, Codable {
  /// The start of the optimisation.
  public enum Start: String, Sendable, Hashable, Codable, CaseIterable {
    /// Noise, as in the literature.
    case noise
    /// The photo itself, whose loss is low from the beginning.
    case photo
  }

  /// The photo's name within its folder.
  public let photo: String
  /// The start.
  public let start: Start
  /// C + 20·S after each iteration, that of the start first.
  public let totals: [Float]

  /// Creates a descent.
  public init(photo: String, start: Start, totals: [Float]) {
    self.photo = photo
    self.start = start
    self.totals = totals
  }

  /// The mean of descents, iteration by iteration; one that has ended early stays where it ended.
  static func mean(_ descents: [Descent]) -> [Float] {
    mean(descents.map(\.totals))
  }

  /// The mean of curves, each of which stays where it ended; empty ones do not count.
  static func mean(_ curves: [[Float]]) -> [Float] {
    let curves = curves.filter { !$0.isEmpty }
    let length = curves.map(\.count).max() ?? 0
    return (0..<length).map { iteration in
      let values = curves.map { $0[min(iteration, $0.count - 1)] }
      return values.reduce(0, +) / Float(values.count)
    }
  }
}

/// The number of iterations of an optimisation that reach a network's loss.
public struct EquivalentIterations: Sendable, Hashable, CustomStringConvertible {
  /// The number, between whole ones by linear interpolation; or the most that were tried.
  public let count: Float
  /// Indicates whether the loss was reached.
  public let isReached: Bool

  /// Finds where `totals`, that of the start first, falls to `goal`.
  ///
  /// - Precondition: there is a total.
  public init(of totals: [Float], reaching goal: Float) {
    precondition(!totals.isEmpty, "a descent without a start")
    guard let index = totals.firstIndex(where: { $0 <= goal }) else {
      (count, isReached) = (Float(totals.count - 1), false)
      return
    }
    isReached = true
    guard index > 0 else {
      count = 0
      return
    }
    let (before, after) = (totals[index - 1], totals[index])
    count = Float(index - 1) + (before - goal) / (before - after)
  }

  init(count: Float, isReached: Bool) {
    self.count = count
    self.isReached = isReached
  }

  /// The mean; where one was not reached, neither is the mean, which is then a lower bound.
  public static func mean(_ counts: [EquivalentIterations]) -> EquivalentIterations? {
    guard !counts.isEmpty else { return nil }
    return EquivalentIterations(
      count: counts.map(\.count).reduce(0, +) / Float(counts.count),
      isReached: counts.allSatisfy(\.isReached))
  }

  /// `43.2`, or `>100` where 100 iterations do not suffice.
  public var description: String {
    let tenths = (count * 10).rounded() / 10
    return isReached
      ? "\(tenths)" : ">\(tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)")"
  }
}

extension EquivalentIterations: Encodable {
  private enum CodingKeys: String, CodingKey { case count, isReached }
}
