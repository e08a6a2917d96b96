import ImpastoCompute
import ImpastoTensors
import Testing

struct WeightedStatisticsTests {
  /// The weighted mean and biased variance of an image's channels by definition.
  private func expectStatistics(
    of input: Tensor, weights: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let statistics = kernels.channelStatistics(input, weights: weights)
    let (scalars, channels) = (input.doubles, input.shape.channels)
    let total = weights.reduce(0) { $0 + Double($1) }
    #expect(abs(statistics.pixels - total) <= 1e-12 * total, sourceLocation: sourceLocation)
    for channel in 0..<channels {
      func mean(_ value: (Double) -> Double) -> Double {
        weights.indices.reduce(0) {
          let weight = Double(weights[$1])
          return weight == 0 ? $0 : $0 + weight * value(scalars[$1 * channels + channel])
        } / total
      }
      let average = mean { $0 }
      let variance = mean { ($0 - average) * ($0 - average) }
      let scale = max(abs(average), variance.squareRoot())
      #expect(
        abs(Double(statistics.mean[channel]) - average) <= 1e-6 * scale + 1e-30,
        "\(statistics.mean[channel]) instead of \(average)", sourceLocation: sourceLocation)
      #expect(
        abs(Double(statistics.variance[channel]) - variance) <= 1e-5 * variance + 1e-30,
        "\(statistics.variance[channel]) instead of \(variance)", sourceLocation: sourceLocation)
    }
  }

  private func weights(_ count: Int, seed: UInt64) -> [Float] {
    var random = RandomSource(seed: seed)
    return (0..<count).map { _ in max(0, random.uniform(in: -1...1)) }
  }

  @Test(arguments: [[1, 1, 1, 1], [1, 3, 5, 7], [1, 33, 31, 3], [1, 70, 61, 33]])
  func `mean and variance are those of the pixels as far as they count`(extents: [Int]) {
    let shape = Shape(extents)
    for type in ScalarType.allCases {
      let input = Tensor.sixteenths(shape, type, seed: 1)
      let count = shape.height * shape.width
      expectStatistics(of: input, weights: weights(count, seed: 2).map { $0 + 0.01 })
      expectStatistics(of: input, weights: [Float](repeating: 0.25, count: count))
      guard count > 1 else { continue }
      expectStatistics(of: input, weights: weights(count, seed: 3))
    }
  }

  @Test(arguments: [Float(1), 100, -5000])
  func `a mean far above the deviation costs no accuracy`(offset: Float) {
    var random = RandomSource(seed: 2)
    let scalars = (0..<55 * 49 * 3).map { _ in offset + random.uniform(in: -0.5...0.5) }
    expectStatistics(
      of: Tensor(scalars, shape: [1, 55, 49, 3]), weights: weights(55 * 49, seed: 4))
  }

  @Test func `pixels of no weight decide nothing, whatever they are`() {
    var (scalars, weights) = ([Float](repeating: 0, count: 40 * 60), weights(40 * 60, seed: 5))
    for index in scalars.indices { scalars[index] = Float(index % 17) }
    let before = kernels.channelStatistics(
      Tensor(scalars, shape: [1, 40, 60, 1]), weights: weights)
    for index in scalars.indices where weights[index] == 0 {
      scalars[index] = index % 2 == 0 ? .nan : .infinity
    }
    let after = kernels.channelStatistics(Tensor(scalars, shape: [1, 40, 60, 1]), weights: weights)
    #expect(after.mean == before.mean && after.variance == before.variance)
    weights = [Float](repeating: 0, count: weights.count)
    let none = kernels.channelStatistics(Tensor(scalars, shape: [1, 40, 60, 1]), weights: weights)
    #expect(none.mean == [0] && none.variance == [0] && none.pixels == 0)
  }

  @Test func `a pixel that is no number shows where it counts`() {
    var scalars = [Float](repeating: 1, count: 3000)
    scalars[2345] = .nan
    let statistics = kernels.channelStatistics(
      Tensor(scalars, shape: [1, 30, 100, 1]), weights: [Float](repeating: 0.5, count: 3000))
    #expect(!statistics.isFinite)
  }

  @Test func `parts merge by their weights, those of no weight among them`() {
    let input = Tensor.sixteenths([1, 60, 40, 5], .float32, seed: 6)
    let weights = weights(60 * 40, seed: 7).enumerated().map { $0 < 800 ? 0 : $1 }
    let whole = kernels.channelStatistics(input, weights: weights)
    let parts = stride(from: 0, to: 60, by: 20).map {
      kernels.channelStatistics(
        input.rows($0..<$0 + 20), weights: Array(weights[$0 * 40..<($0 + 20) * 40]))
    }
    #expect(parts[0].pixels == 0)
    let merged = ChannelStatistics(merging: parts)
    for channel in 0..<5 {
      #expect(abs(merged.mean[channel] - whole.mean[channel]) <= 1e-6)
      #expect(abs(merged.variance[channel] - whole.variance[channel]) <= 1e-6)
    }
  }
}
