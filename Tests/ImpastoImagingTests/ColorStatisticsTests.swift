import ImpastoImaging
import Testing

struct ColorStatisticsTests {
  @Test func `a recoloured picture has the mean and covariance of the other`() throws {
    let (picture, other) = (Self.picture(phase: 0, gain: 25), Self.picture(phase: 2, gain: 35))
    let recolored = picture.recolored(to: ColorStatistics(of: other))
    let (found, expected) = (Self.moments(recolored), Self.moments(other))
    #expect(Self.moments(picture) != expected)
    for (found, expected) in zip(found.mean, expected.mean) {
      #expect(abs(found - expected) < 0.1 / 255)
    }
    // Half a level of rounding is a deviation of 0.3 levels.
    for (found, expected) in zip(found.covariance, expected.covariance) {
      #expect(abs(found - expected) < 0.5 / (255 * 255), "\(found) instead of \(expected)")
    }
  }

  @Test func `a picture recoloured to its own statistics stays as it is`() throws {
    let picture = try Fixture.expected("detail")
    let same = picture.recolored(to: ColorStatistics(of: picture))
    #expect(try #require(largestDifference(same, picture)) <= 1)
  }

  @Test func `statistics of several pictures count each alike`() throws {
    let (small, large) = (Self.picture(phase: 0, gain: 25), Self.picture(phase: 2, gain: 35))
    let twice = Image(
      width: small.width, height: 2 * small.height, pixels: small.pixels + small.pixels)
    let both = Image(
      width: small.width, height: 2 * small.height, pixels: small.pixels + large.pixels)
    let alike = ColorStatistics(of: [ColorStatistics(of: twice), ColorStatistics(of: large)])
    let expected = ColorStatistics(of: both)
    let distance = alike.mean - expected.mean
    #expect((distance * distance).sum() < 1e-24)
    #expect(
      try #require(largestDifference(small.recolored(to: alike), small.recolored(to: expected)))
        == 0)
  }

  @Test func `a drawing in greys gets the other's brightness and tint but no noise of colour`() {
    let greys = (0..<64 * 64).flatMap { index -> [UInt8] in
      let level = 90 + index * 37 % 80
      // The last bit of blue is all that differs, as after a compression with loss.
      return [UInt8(level), UInt8(level), UInt8(level + index % 2)]
    }
    let drawing = Image(width: 64, height: 64, pixels: greys)
    let colors = ColorStatistics(of: Self.picture(phase: 2, gain: 35))
    let recolored = drawing.recolored(to: colors)
    let neighbours = zip(recolored.pixels, recolored.pixels.dropFirst(80 * 3))
    #expect((Self.moments(recolored).mean[0] - colors.mean.x).magnitude < 0.5 / 255)
    // Pixels 80 apart have one grey, but for the bit.
    #expect(neighbours.allSatisfy { abs(Int($0) - Int($1)) <= 12 })
  }

  @Test func `a picture of one colour gets the mean`() {
    let flat = Image(width: 4, height: 4, pixels: [UInt8](repeating: 7, count: 48))
    let colors = ColorStatistics(of: Self.picture(phase: 2, gain: 35))
    let mean = (0..<3).map { UInt8((255 * colors.mean[$0]).rounded()) }
    #expect(flat.recolored(to: colors).pixels == (0..<16).flatMap { _ in mean })
  }

  /// Waves of three colours, far from black and white.
  private static func picture(phase: Int, gain: Int) -> Image {
    let pixels = (0..<64 * 64).flatMap { index -> [UInt8] in
      let (x, y) = (index % 64, index / 64)
      let (a, b) = ((x * 5 + phase * 11) % 64 - 32, (y * 3 + x * phase) % 64 - 32)
      let c = (x * y + phase) % 64 - 32
      return [
        UInt8(120 + (a + b / 2) * gain / 25), UInt8(130 + (b - a / 3) * gain / 30),
        UInt8(110 + 10 * phase + (c + a / 2) * gain / 40),
      ]
    }
    return Image(width: 64, height: 64, pixels: pixels)
  }

  private struct Moments: Equatable {
    var mean: [Double]
    var covariance: [Double]
  }

  /// By their definition.
  private static func moments(_ image: Image) -> Moments {
    let channels = (0..<3).map { channel in
      stride(from: channel, to: image.pixels.count, by: 3).map { Double(image.pixels[$0]) / 255 }
    }
    let count = Double(channels[0].count)
    let mean = channels.map { $0.reduce(0, +) / count }
    var covariance: [Double] = []
    for i in 0..<3 {
      for j in 0..<3 {
        let products = zip(channels[i], channels[j]).map { ($0 - mean[i]) * ($1 - mean[j]) }
        covariance.append(products.reduce(0, +) / count)
      }
    }
    return Moments(mean: mean, covariance: covariance)
  }
}
