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
    // Each by its channel's own measure.
    let deviation = expected.variance.map { $0.squareRoot() }
    #expect(
      mean.indices.allSatisfy {
        abs(Double(mean[$0]) - expected.mean[$0])
          <= 1e-6 * deviation[$0] + 0x1p-23 * abs(expected.mean[$0])
      }, "\(mean) instead of \(expected.mean)", sourceLocation: sourceLocation)
    #expect(
      zip(variance, expected.variance).allSatisfy { abs(Double($0) - $1) <= 1e-5 * $1 + 0x1p-149 },
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

  /// Alone among zeros, and among numbers that vary by a hundredth of it.
  @Test(arguments: [Float(0), 1], ScalarType.allCases)
  func `an outlier counts the same at every place`(deviation: Float, type: ScalarType) {
    let count = 61 * 41
    var random = RandomSource(seed: 4)
    let ground = (0..<count).map { _ in deviation * random.uniform(in: -1...1) }
    let places = Array(0..<40) + Array(stride(from: 40, to: count - 40, by: 61))
    for place in places + Array(count - 40..<count) {
      for outlier: Float in [100.3, -0.1, 3e4] {
        var scalars = ground
        scalars[place] = outlier
        expectStatistics(of: Tensor(scalars, shape: [1, 61, 41, 1], type))
      }
    }
  }

  @Test func `a channel of zeros with one other pixel has its variance, however large`() {
    for place in [0, 1, 16, 255, 2047, 2048, 262_143] {
      var scalars = [Float](repeating: 0, count: 262_144)
      scalars[place] = 100.3
      let variance = kernels.channelStatistics(
        Tensor(scalars, shape: [1, 512, 512, 1])
      ).variance[0]
      #expect(abs(variance - 0.038376) <= 2e-7, "\(variance) with the pixel at \(place)")
    }
  }

  /// Squares of the largest are near the largest f32, those of the smallest among the smallest.
  @Test(arguments: [Float(1e18), 1e12, 1e-3, 1e-12, 1e-18])
  func `large and small numbers have as exact a variance`(scale: Float) {
    var random = RandomSource(seed: 5)
    let scalars = (0..<2 * 37 * 33 * 3).map { _ in scale * (0.5 + random.uniform(in: -1...1)) }
    expectStatistics(of: Tensor(scalars, shape: [2, 37, 33, 3]))
  }

  @Test func `numbers too small to be normal have a mean and no variance`() {
    let scalars = (0..<41 * 43).map { Float(bitPattern: UInt32($0 % 5)) }
    let statistics = kernels.channelStatistics(Tensor(scalars, shape: [1, 41, 43, 1]))
    #expect(abs(statistics.mean[0] - Float(bitPattern: 2)) <= Float(bitPattern: 1))
    #expect(statistics.variance == [0])
  }

  @Test func `two values far apart, in runs of any length, have their variance`() {
    for length in [1, 2, 7, 16, 100, 256, 900, 2048, 3000] {
      let scalars = (0..<77 * 79).map { Float($0 / length % 2 == 0 ? 7 : 7000) }
      expectStatistics(of: Tensor(scalars, shape: [1, 77, 79, 1]))
    }
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
