import ImpastoImaging
import ImpastoNetworks

/// The weight of each pixel of any layer's image in the layer's statistics: the visible share of
/// the photo there.
///
/// The visible pixels are then painted as if there were no others. Fewer of them than the smallest
/// photo has are too few for a deviation: all pixels then get a small weight in addition. If
/// nothing is visible, they count as in an opaque photo.
struct Visibility: Sendable {
  private let opacity: Opacity
  /// The weight of a pixel besides its opacity, of 1.
  private let least: Float

  /// The visibility in a photo.
  init(_ opacity: Opacity) {
    self.opacity = opacity
    let total = opacity.levels.reduce(0) { $0 &+ Int($1) }
    let missing = Double(Self.fewestPixels) - Double(total) / 255
    least = Float(max(0, missing / Double(opacity.levels.count)))
  }

  /// The pixels of the smallest photo that is painted.
  private static let fewestPixels =
    TransformArchitecture.minimumExtent * TransformArchitecture.minimumExtent

  /// The weights of the pixels in some rows of an image of `width` columns, `reduction` times
  /// smaller than the photo.
  ///
  /// Each counts as much as those pixels of the photo in its place do on average; what exceeds the
  /// photo at the right and below shows its border.
  func weights(ofRows rows: Range<Int>, width: Int, reducedBy reduction: Int) -> [Float] {
    let scale = 1 / Float(255 * reduction * reduction)
    let (columns, lastRow) = (opacity.width, opacity.height - 1)
    return [Float](unsafeUninitializedCapacity: rows.count * width) { weights, count in
      opacity.levels.withUnsafeBufferPointer { levels in
        var target = 0
        for row in rows {
          for column in 0..<width {
            var sum = 0
            for y in row &* reduction..<(row &+ 1) &* reduction {
              let start = min(y, lastRow) &* columns
              for x in column &* reduction..<(column &+ 1) &* reduction {
                sum &+= Int(levels[start &+ min(x, columns &- 1)])
              }
            }
            weights[target] = Float(sum) * scale + least
            target &+= 1
          }
        }
      }
      count = rows.count * width
    }
  }
}
