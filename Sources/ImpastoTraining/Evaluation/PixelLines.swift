import Foundation
import ImpastoImaging

/// The brightness of a picture: one number per pixel, row by row.
struct Luminance {
  let width: Int
  let values: [Float]

  /// The luma of each pixel, in levels.
  init(of picture: Image) {
    width = picture.width
    let pixels = picture.pixels
    values = stride(from: 0, to: pixels.count, by: 3).map {
      Image.luma(pixels[$0], pixels[$0 + 1], pixels[$0 + 2])
    }
  }

  private init(width: Int, values: [Float]) {
    self.width = width
    self.values = values
  }

  /// Columns and rows exchanged.
  var transposed: Luminance {
    let height = values.count / width
    return Luminance(
      width: height,
      values: (0..<width).flatMap { x in (0..<height).map { y in values[y * width + x] } })
  }

  /// The mean squared difference between each pixel and its neighbours at the right and below.
  var edgeEnergy: Float {
    let height = values.count / width
    var (across, down) = (0.0, 0.0)
    for y in 0..<height {
      let row = y * width
      for place in row..<row + width - 1 {
        let difference = values[place + 1] - values[place]
        across += Double(difference * difference)
      }
      guard y + 1 < height else { break }
      for place in row..<row + width {
        let difference = values[place + width] - values[place]
        down += Double(difference * difference)
      }
    }
    return Float(
      across / Double(height * max(width - 1, 1)) + down / Double(width * max(height - 1, 1)))
  }

  /// The columns, each less its mean and faded out towards its ends (Hann's window), so that
  /// neither brightness nor the ends count as frequencies.
  var lines: PixelLines {
    let length = values.count / width
    var means = [Float](repeating: 0, count: width)
    for y in 0..<length { for x in 0..<width { means[x] += values[y * width + x] / Float(length) } }
    var faded = values
    for y in 0..<length {
      let weight = Float(0.5 - 0.5 * cos(2 * .pi * (Double(y) + 0.5) / Double(length)))
      for x in 0..<width { faded[y * width + x] = weight * (values[y * width + x] - means[x]) }
    }
    return PixelLines(count: width, length: length, values: faded)
  }
}

/// Lines of pixels side by side.
struct PixelLines {
  /// The number of lines.
  let count: Int
  /// The number of pixels of each.
  let length: Int
  /// Pixel after pixel, at each the value of every line.
  let values: [Float]

  /// |Σ value · exp(2πi · frequency · place)|², averaged over the lines.
  func power(at frequency: Double) -> Float {
    var real = [Float](repeating: 0, count: count)
    var imaginary = real
    for place in 0..<length {
      let angle = 2 * Double.pi * frequency * Double(place)
      let (cosine, sine) = (Float(cos(angle)), Float(sin(angle)))
      for line in 0..<count {
        let value = values[place &* count &+ line]
        real[line] += cosine * value
        imaginary[line] += sine * value
      }
    }
    return zip(real, imaginary).reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 } / Float(count)
  }
}
