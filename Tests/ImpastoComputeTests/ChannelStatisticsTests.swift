import ImpastoCompute
import ImpastoTensors
import Testing

struct ChannelStatisticsTests {
  /// The mean and biased variance of each image's channels by definition.
  private func reference(_ input: Tensor) -> (mean: [Double], variance: [Double]) {
    let (scalars, shape) = (input.doubles, input.shape)
    let pixels = shape.height * shape.width
    var (mean, variance): ([Double], [Double]) = ([], [])
    for image in 0..<shape.batch {
      for channel in 0..<shape.channels {
        let values = (0..<pixels).map { scalars[(image * pixels + $0) * shape.channels + channel] }
        let average = values.reduce(0, +) / Double(pixels)
        mean.append(average)
        variance.append(
          values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(pixels))
      }
    }
    return (mean, variance)
  }

  private func expectStatistics(
    of input: Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let statistics = kernels.channelStatistics(input)
    let (mean, variance) = (statistics.mean, statistics.variance)
    let expected = reference(input)
    let rows: Shape = [input.shape.batch, input.shape.channels]
    expectEqual(
      Tensor(mean, shape: rows), expected.mean, shape: rows, "mean",
      sourceLocation: sourceLocation)
    // Each variance by its own measure.
    #expect(
      zip(variance, expected.variance).allSatisfy { abs(Double($0) - $1) <= 2e-5 * $1 + 1e-30 },
      "\(variance) instead of \(expected.variance)", sourceLocation: sourceLocation)
  }

  @Test(arguments: [[1, 1, 1, 1], [2, 3, 5, 7], [1, 1, 9, 3], [3, 46, 45, 2], [1, 70, 61, 33]])
  func `mean and variance are those of each image's channels`(extents: [Int]) {
    for type in ScalarType.allCases {
      expectStatistics(of: .sixteenths(Shape(extents), type, seed: 1))
    }
  }

  @Test(arguments: [Float(1), 100, -5000, 100_000])
  func `a mean far above the deviation costs no accuracy`(offset: Float) {
    var random = RandomSource(seed: 2)
    let scalars = (0..<2 * 55 * 49 * 3).map { _ in offset + random.uniform(in: -0.5...0.5) }
    expectStatistics(of: Tensor(scalars, shape: [2, 55, 49, 3]))
  }

  @Test func `channels of one value have no variance`() {
    for value: Float in [0, 1, -0.1, 3e4] {
      let statistics = kernels.channelStatistics(
        Tensor(repeating: value, shape: [1, 60, 60, 2]))
      #expect(statistics.mean == [value, value])
      #expect(statistics.variance == [0, 0])
    }
  }

  @Test(arguments: [[0, 1, 61], [0, 8, 16, 24, 32, 61], [0, 60, 61]])
  func `statistics of parts make those of the whole`(bounds: [Int]) {
    for offset: Float in [0, 3000] {
      var random = RandomSource(seed: 3)
      let scalars = (0..<61 * 17 * 3).map { _ in offset + random.uniform(in: -1...1) }
      let image = Tensor(scalars, shape: [1, 61, 17, 3])
      let whole = kernels.channelStatistics(image)
      let parts = zip(bounds, bounds.dropFirst()).map {
        kernels.channelStatistics(image.rows($0..<$1))
      }
      let merged = ChannelStatistics(merging: parts)
      #expect(merged.pixels == 61 * 17)
      for channel in 0..<3 {
        #expect(abs(merged.mean[channel] - whole.mean[channel]) <= 1e-6 * max(1, offset))
        #expect(abs(merged.variance[channel] - whole.variance[channel]) <= 1e-5)
      }
    }
  }
}
