public import ImpastoNetworks

/// The mixtures of a film from style to style, each at its time.
public struct MixtureTimeline: Sendable, Equatable {
  /// The styles in order.
  public let names: [String]
  /// The seconds at which each of them stands alone, in rising order.
  public let seconds: [Double]

  /// Creates the way through `names`, of which each stands alone at its second.
  ///
  /// - Precondition: There is a second for each, none before the one that precedes it.
  public init(through names: [String], at seconds: [Double]) {
    precondition(
      !names.isEmpty && names.count == seconds.count && seconds == seconds.sorted(),
      "\(names.count) styles at \(seconds)")
    (self.names, self.seconds) = (names, seconds)
  }

  /// Creates the way through `names` in equal steps over `duration` seconds.
  public init(through names: [String], over duration: Double) {
    let last = Double(max(1, names.count - 1))
    self.init(through: names, at: names.indices.map { Double($0) / last * duration })
  }

  /// The mixture at a second of the film: between two styles their weights change evenly.
  public func mixture(at time: Double) -> StyleMixture {
    guard let next = seconds.firstIndex(where: { $0 > time }) else {
      return StyleMixture(names[names.count - 1])
    }
    guard next > 0 else { return StyleMixture(names[0]) }
    let share = (time - seconds[next - 1]) / (seconds[next] - seconds[next - 1])
    return .between(names[next - 1], names[next], share: Float(share))
  }
}
