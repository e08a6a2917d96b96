/// How long something takes, in seconds.
struct Timing: Encodable {
  let median, least: Double
  /// The distance between the quartiles as a share of the median.
  let spread: Double

  private init(_ samples: [Double]) {
    let sorted = samples.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let (below, above) = (sorted[Int(place)], sorted[Int(place.rounded(.up))])
      return below + (above - below) * (place - place.rounded(.down))
    }
    median = quantile(0.5)
    least = sorted[0]
    spread = (quantile(0.75) - quantile(0.25)) / median
  }

  /// Times each of several computations `runs` times, taking turns: what else the machine does
  /// then slows all of them alike.
  static func interleaved(_ computations: [() throws -> Void], runs: Int) throws -> [Timing] {
    let clock = ContinuousClock()
    var samples = [[Double]](repeating: [], count: computations.count)
    for _ in 0..<runs {
      for (index, computation) in computations.enumerated() {
        samples[index].append(try clock.measure(computation) / .seconds(1))
      }
    }
    return samples.map(Timing.init)
  }
}
