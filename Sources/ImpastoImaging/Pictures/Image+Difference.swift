import Foundation

extension Image {
  /// The mean squared difference of the channels from those of a picture of the same size, in
  /// levels².
  package func meanSquaredDifference(from other: Image) -> Double {
    precondition((width, height) == (other.width, other.height), "pictures of two sizes")
    var sum = 0
    for (one, another) in zip(pixels, other.pixels) {
      let difference = Int(one) - Int(another)
      sum += difference * difference
    }
    return Double(sum) / Double(pixels.count)
  }

  /// The peak signal-to-noise ratio in dB against a picture of the same size; of equal pictures that
  /// of a single channel that is off by one level.
  package func psnr(against other: Image) -> Double {
    10 * log10(255 * 255 / max(meanSquaredDifference(from: other), 1 / Double(pixels.count)))
  }
}
