import ImpastoImaging
import ImpastoTensors

/// A square cut out of a photo at random, mirrored or not.
struct RandomCrop: Sendable, Equatable {
  /// The photo's shorter side divided by the square's, in `1...1.5`.
  let scale: Float
  /// The place of the square between left and right, in `0..<1`.
  let horizontal: Float
  let vertical: Float
  let isFlipped: Bool

  init(using source: inout RandomSource) {
    scale = source.uniform(in: 1...1.5)
    horizontal = source.uniform()
    vertical = source.uniform()
    isFlipped = source.next() >> 63 == 1
  }

  /// The part of `photo`, scaled to `size` × `size` pixels.
  func applied(to photo: Image, size: Int) -> Image {
    let shorterSide = min(photo.width, photo.height)
    let side = max(1, min(shorterSide, Int((Float(shorterSide) / scale).rounded())))
    let square = photo.cropped(
      x: Self.offset(horizontal, room: photo.width - side),
      y: Self.offset(vertical, room: photo.height - side), width: side, height: side)
    let scaled = square.resized(width: size, height: size)
    return isFlipped ? scaled.flippedHorizontally() : scaled
  }

  private static func offset(_ fraction: Float, room: Int) -> Int {
    min(room, Int(fraction * Float(room + 1)))
  }
}
