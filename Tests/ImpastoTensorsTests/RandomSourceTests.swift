import ImpastoTensors
import Testing

struct RandomSourceTests {
  @Test func `the stream is that of SplitMix64`() {
    var random = RandomSource(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func `equal seeds and paths give equal streams`() {
    var first = RandomSource(seed: 7, path: [3, 9])
    var second = RandomSource(seed: 7, path: [3, 9])
    #expect((0..<100).allSatisfy { _ in first.next() == second.next() })
  }

  @Test func `another seed or path gives another stream`() {
    let paths: [[UInt64]] = [[], [0], [1], [0, 0], [0, 1], [1, 0], [.max]]
    var beginnings: Set<UInt64> = []
    for seed: UInt64 in [1_000_000, 1_000_001, 1 << 40] {
      for path in paths {
        var random = RandomSource(seed: seed, path: path)
        for _ in 0..<100 { beginnings.insert(random.next()) }
      }
    }
    #expect(beginnings.count == 3 * paths.count * 100)
  }

  @Test func `a seed and a component of the path do not stand for each other`() {
    func beginning(_ seed: UInt64, _ path: [UInt64]) -> UInt64 {
      var random = RandomSource(seed: seed, path: path)
      return random.next()
    }
    #expect(beginning(1, [2]) != beginning(2, [1]))
    #expect(beginning(1, [1]) != beginning(2, [2]))
    #expect(beginning(1, [1]) != beginning(1, [1, 0]))
  }

  @Test func `streams of neighbouring paths and seeds do not correlate`() {
    let count = 4096
    func deviations(_ seed: UInt64, _ path: [UInt64]) -> [Double] {
      var random = RandomSource(seed: seed, path: path)
      return (0..<count).map { _ in Double(random.uniform()) - 0.5 }
    }
    let streams = [
      deviations(100, []), deviations(100, [0]), deviations(100, [1]), deviations(100, [2]),
      deviations(101, [1]), deviations(100, [1, 0]), deviations(100, [1, 1]),
    ]
    for (index, a) in streams.enumerated() {
      for b in streams[..<index] {
        let correlation = 12 * zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
        #expect(abs(correlation) < 5 / Double(count).squareRoot())
      }
    }
  }

  @Test func `uniform numbers fill their range evenly and never reach 1`() {
    var random = RandomSource(seed: 3)
    let draws = (0..<100_000).map { _ in random.uniform() }
    #expect(draws.allSatisfy { (0..<1).contains($0) })
    var counts = [Int](repeating: 0, count: 10)
    for draw in draws { counts[Int(draw * 10)] += 1 }
    // Five deviations of a binomial count.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 475 })

    let ranged = (0..<1000).map { _ in random.uniform(in: -2...3) }
    #expect(ranged.allSatisfy { (-2...3).contains($0) })
    #expect(ranged.contains { $0 < -1.9 } && ranged.contains { $0 > 2.9 })
    #expect(random.uniform(in: 4...4) == 4)
  }

  @Test func `normal numbers have the moments of the normal distribution`() {
    var random = RandomSource(seed: 4)
    let count = 50_000
    let draws = (0..<count).map { _ in Double(random.normal()) }
    func moment(_ power: Int) -> Double {
      draws.reduce(0) { sum, x in sum + (0..<power).reduce(1) { product, _ in product * x } }
        / Double(count)
    }
    // Expected moments, each with the variance of its estimate.
    for (power, expected, variance) in [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
      let deviation = (Double(variance) / Double(count)).squareRoot()
      #expect(abs(moment(power) - Double(expected)) < 5 * deviation, "moment \(power)")
    }
    #expect(draws.allSatisfy { $0.isFinite })
  }
}
