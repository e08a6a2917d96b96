import Foundation
package import ImpastoImaging
package import ImpastoTensors

/// The faults that a photo may have: lack of sharpness, noise of the sensor, traces of JPEG.
///
/// Pictures are shrunk by bicubic filtering, as is usual where networks that enlarge are compared.
/// One photo in three has none of them, so that good photos are enlarged well, too.
package struct Degradation: Equatable, Sendable {
  /// The factor by which the detail of the photo is coarser than its pixels.
  package let softness: Float
  /// The standard deviation of the noise, in levels.
  package let noise: Float
  /// The quality of the JPEG file that it was in; nil where it was in none.
  package let quality: Int?

  /// Draws the faults of a photo.
  package init(using random: inout RandomSource) {
    let isPlain = random.uniform() < 1 / 3
    func drawn(_ random: inout RandomSource, in range: ClosedRange<Float>) -> Float? {
      let (isThere, value) = (random.uniform() < 0.5, random.uniform(in: range))
      return isThere && !isPlain ? value : nil
    }
    softness = drawn(&random, in: 1...1.6) ?? 1
    noise = drawn(&random, in: 0...6) ?? 0
    quality = drawn(&random, in: 50...95).map { Int($0) }
  }

  /// A small photo, made of a large one.
  ///
  /// - Parameters:
  ///   - picture: A square whose side is a multiple of `scale`.
  ///   - scale: The factor by which it is made smaller.
  ///   - random: The source of the noise.
  package func photo(
    of picture: Image, scale: Int, using random: inout RandomSource
  ) throws(ImageError) -> Image {
    let side = picture.width / scale
    let soft = max(1, Int((Float(side) / softness).rounded()))
    var photo = picture.resized(width: soft, height: soft, filter: .bicubic)
      .resized(width: side, height: side)
    if noise > 0 {
      let pixels = photo.pixels.map { level in
        UInt8(min(max((Float(level) + noise * random.normal()).rounded(), 0), 255))
      }
      photo = Image(width: side, height: side, pixels: pixels)
    }
    guard let quality else { return photo }
    return try Image(encoded: photo.encoded(as: .jpeg, quality: quality), name: "photo")
  }
}
