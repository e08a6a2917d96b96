/// Statistics of measured durations, in seconds.
struct Timing: Encodable {
  let median, least: Double
  /// The distance between the quartiles as a share of the median.
  let spread: Double

  /// Sums up one or more measurements.
  init(_ samples: [Double]) {
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
    var samples = [[Double]](repeating: [], count: computations.count)
    for _ in 0..<runs {
      for (index, computation) in computations.enumerated() {
        samples[index].append(try seconds(of: computation))
      }
    }
    return samples.map(Timing.init)
  }

  /// Times a computation again and again, once at least, until `duration` has passed.
  static func samples(
    of computation: () throws -> Void, lasting duration: Duration
  ) throws
    -> [Double]
  {
    let end = ContinuousClock.now + duration
    var samples: [Double] = []
    repeat { samples.append(try seconds(of: computation)) } while ContinuousClock.now < end
    return samples
  }

  /// Measures the duration of one computation.
  static func seconds(of computation: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(computation) / .seconds(1)
  }
}
