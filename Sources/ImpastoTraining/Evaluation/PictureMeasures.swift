import Foundation
public import ImpastoImaging

/// The measurements of one picture that show its artefacts; ``PictureFaults`` sums them up.
public struct PictureMeasures: Sendable, Hashable, Codable {
  /// The power of a frequency and the mean power of its neighbours.
  public struct Power: Sendable, Hashable, Codable {
    let peak: Float
    let around: Float
  }

  /// The least height and width that leave an interior and neighbouring frequencies.
  public static let minimumSide = 64

  /// Along the top, bottom, left and right: the mean squared step between the rows (or columns)
  /// within 4 pixels of the side, each averaged along it, divided by that of those 16 pixels or
  /// more from both ends.
  let borders: [Float]
  let period2: Power
  let period4: Power
  /// The share of pixels of which a channel is 0 or 255.
  let clipped: Float

  /// Measures a picture.
  ///
  /// - Precondition: Each side has ``minimumSide`` pixels or more.
  public init(_ picture: Image) {
    precondition(
      min(picture.width, picture.height) >= Self.minimumSide,
      "\(picture.width)×\(picture.height) pixels; expected \(Self.minimumSide) or more on each side"
    )
    let rows = Self.steps(between: Self.rowMeans(of: picture))
    let columns = Self.steps(between: Self.columnMeans(of: picture))
    borders = [rows, columns].flatMap { steps in
      let interior = max(Self.mean(steps[16..<steps.count - 16]), 1e-6)
      return [steps.prefix(4), steps.suffix(4)].map { Self.mean($0) / interior }
    }
    let luminance = Luminance(of: picture)
    let lines = [luminance.lines, luminance.transposed.lines]
    period2 = Self.power(at: 1 / 2, of: lines)
    period4 = Self.power(at: 1 / 4, of: lines)
    let clipped = stride(from: 0, to: picture.pixels.count, by: 3).count { pixel in
      picture.pixels[pixel..<pixel + 3].contains { $0 == 0 || $0 == 255 }
    }
    self.clipped = Float(clipped * 3) / Float(picture.pixels.count)
  }

  /// The mean of each row's channels, row by row.
  private static func rowMeans(of picture: Image) -> [SIMD3<Float>] {
    (0..<picture.height).map { y in
      var sum = SIMD3<Float>.zero
      for x in 0..<picture.width { sum += pixel(x, y, of: picture) }
      return sum / Float(picture.width)
    }
  }

  /// The mean of each column's channels, column by column.
  private static func columnMeans(of picture: Image) -> [SIMD3<Float>] {
    var sums = [SIMD3<Float>](repeating: .zero, count: picture.width)
    for y in 0..<picture.height {
      for x in 0..<picture.width { sums[x] += pixel(x, y, of: picture) }
    }
    return sums.map { $0 / Float(picture.height) }
  }

  private static func pixel(_ x: Int, _ y: Int, of picture: Image) -> SIMD3<Float> {
    let first = (y * picture.width + x) * 3
    return SIMD3(
      Float(picture.pixels[first]), Float(picture.pixels[first + 1]),
      Float(picture.pixels[first + 2]))
  }

  /// The squared differences of neighbours, averaged over channels.
  private static func steps(between means: [SIMD3<Float>]) -> [Float] {
    zip(means, means.dropFirst()).map { (($1 - $0) * ($1 - $0)).sum() / 3 }
  }

  private static func mean(_ numbers: ArraySlice<Float>) -> Float {
    numbers.reduce(0, +) / Float(numbers.count)
  }

  /// The power at `frequency`, in periods a pixel, and at those that differ by 3 to 10 periods over
  /// the whole line, below the highest that there is.
  private static func power(at frequency: Double, of directions: [PixelLines]) -> Power {
    let powers = directions.map { lines in
      let offsets = (3...10).flatMap { [-$0, $0] }.map {
        frequency + Double($0) / Double(lines.length)
      }
      let around = offsets.filter { $0 < 1 / 2 }.map(lines.power)
      return (peak: lines.power(at: frequency), around: mean(around[...]))
    }
    return Power(
      peak: powers.map(\.peak).reduce(0, +) / Float(powers.count),
      around: powers.map(\.around).reduce(0, +) / Float(powers.count))
  }
}
