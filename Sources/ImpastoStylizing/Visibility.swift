import ImpastoImaging
import ImpastoNetworks

/// How much each pixel of any layer's image counts in the layer's statistics: as much as is visible
/// of the photo there.
///
/// What is visible is then painted as if there were nothing else. Of fewer visible pixels than the
/// smallest photo has there is too little to tell a deviation from; then all pixels count a little
/// besides, and where nothing is visible they count as in an opaque photo.
struct Visibility: Sendable {
  private let opacity: Opacity
  /// What a pixel counts beside its opacity, of 1.
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
    TransformArchitecture.leastExtent * TransformArchitecture.leastExtent

  /// The weights of the pixels in some rows of an image of `width` columns, `reduction` times smaller
  /// than the photo.
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
