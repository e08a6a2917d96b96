public import ImpastoNetworks

/// The mixtures of a film: one throughout, or the way from style to style, each at its time.
public struct MixtureTimeline: Sendable, Equatable {
  /// The mixtures in order.
  public let mixtures: [StyleMixture]
  /// The seconds at which each of them stands alone, in rising order.
  public let seconds: [Double]

  /// Creates the timeline of one mixture throughout.
  public init(_ mixture: StyleMixture) { (mixtures, seconds) = ([mixture], [0]) }

  /// Creates the way through `mixtures`, of which each stands alone at its second.
  ///
  /// - Precondition: There is a second for each, none before the one that precedes it.
  public init(through mixtures: [StyleMixture], at seconds: [Double]) {
    precondition(
      !mixtures.isEmpty && mixtures.count == seconds.count && seconds == seconds.sorted(),
      "\(mixtures.count) mixtures at \(seconds)")
    (self.mixtures, self.seconds) = (mixtures, seconds)
  }

  /// Creates the way through `mixtures` in equal steps over `duration` seconds.
  public init(through mixtures: [StyleMixture], over duration: Double) {
    let last = Double(max(1, mixtures.count - 1))
    self.init(through: mixtures, at: mixtures.indices.map { Double($0) / last * duration })
  }

  /// The mixture at a second of the film: between two, the weights change evenly.
  public func mixture(at time: Double) -> StyleMixture {
    guard let next = seconds.firstIndex(where: { $0 > time }) else {
      return mixtures[mixtures.count - 1]
    }
    guard next > 0 else { return mixtures[0] }
    let share = (time - seconds[next - 1]) / (seconds[next] - seconds[next - 1])
    return .between(mixtures[next - 1], mixtures[next], share: Float(share))
  }
}
