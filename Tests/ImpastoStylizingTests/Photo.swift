import Foundation
import ImpastoImaging
import ImpastoTensors

/// Photos made by formulas.
enum Photo {
  /// Waves of color with some noise.
  static func varied(width: Int = 24, height: Int = 20, seed: UInt64 = 1) -> Image {
    var random = RandomSource(seed: seed)
    let phase = 6 * random.uniform()
    return image(width: width, height: height) { x, y, channel in
      sin(phase + Float(x) / 3 + Float(channel)) + cos(Float(y) / 4) + 0.4 * random.uniform()
    }
  }

  /// Columns of one color each.
  static func columns(width: Int, height: Int) -> Image {
    image(width: width, height: height) { x, _, channel in 2 * sin(Float(x * (channel + 2))) }
  }

  /// Levels from brightnesses in −2…2.
  private static func image(
    width: Int, height: Int, _ brightness: (_ x: Int, _ y: Int, _ channel: Int) -> Float
  ) -> Image {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<3 {
          pixels.append(UInt8(max(0, min(255, 128 + 60 * brightness(x, y, channel)))))
        }
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}

extension Image {
  /// The levels by which the scalars that differ most differ.
  func largestDifference(from other: Image) -> Int {
    zip(pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }

  /// The peak signal-to-noise ratio in dB.
  func signalToNoise(against reference: Image) -> Double {
    let squares = zip(pixels, reference.pixels).map { pow(Double($0) - Double($1), 2) }
    let error = squares.reduce(0, +) / Double(squares.count)
    return 10 * log10(255 * 255 / error)
  }
}
