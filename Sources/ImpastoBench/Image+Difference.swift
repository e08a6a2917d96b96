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
    let largest = zip(pixels, reference.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    return PictureDifference(psnr: psnr(against: reference), largest: largest)
  }
}
