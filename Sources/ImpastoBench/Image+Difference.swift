import Foundation
import ImpastoImaging

/// The difference between two pictures.
struct PictureDifference: Equatable {
  /// The peak signal-to-noise ratio in dB; of equal pictures that of a single value off by one.
  let psnr: Double
  /// The most that a single value is off, of 255.
  let largest: Int
}

extension Image {
  /// The difference from a picture of the same size.
  func difference(from reference: Image) -> PictureDifference {
    var (squares, largest) = (0, 0)
    for (value, expected) in zip(pixels, reference.pixels) {
      let difference = abs(Int(value) - Int(expected))
      squares += difference * difference
      largest = max(largest, difference)
    }
    return PictureDifference(
      psnr: 10 * log10(255 * 255 * Double(pixels.count) / Double(max(1, squares))),
      largest: largest)
  }
}
