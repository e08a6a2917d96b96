package import ImpastoImaging

/// The sizes at which a photo is painted, one after the other.
///
/// The first is small enough that the network's strokes are as large in the picture as they are in
/// the painting. Each further one is at most twice as large, and the last is the photo's own. Where
/// strokes are asked for that are finer than the photo's pixels allow, there is one size, larger
/// than the photo.
package struct Octaves: Sendable {
  /// The sizes in pixels, from small to large.
  package let sizes: [Resampling.Size]
  private let photo: Resampling.Size

  /// Chooses the sizes.
  ///
  /// - Parameters:
  ///   - reference: `StyleModel.referenceSize`.
  ///   - strokeSize: The size of strokes, as a multiple of the painting's.
  package init(width: Int, height: Int, reference: Int?, strokeSize: Double) {
    photo = (width, height)
    let side = Double(min(width, height))
    func size(_ shorterSide: Double) -> Resampling.Size {
      func scaled(_ length: Int) -> Int {
        max(1, Int((Double(length) * shorterSide / side).rounded()))
      }
      return (scaled(width), scaled(height))
    }
    let first = min(side, reference.map(Double.init) ?? side) / strokeSize
    guard first.rounded() < side else {
      sizes = [first.rounded() > side ? size(first) : photo]
      return
    }
    var sides = [side]
    while sides[0] > 2 * first { sides.insert(sides[0] / 2, at: 0) }
    // The photo's own size as it is: its longer side may round to another.
    sizes = ([first] + sides.dropLast()).map(size) + [photo]
  }

  /// The bytes that photos and pictures of other sizes than the photo's take at most, three a pixel,
  /// and their opacity.
  ///
  /// - Parameter threads: Those that ask for rows at once.
  func heldBytes(threads: Int) -> Int {
    let pixels = sizes.map { $0.width * $0.height }
    guard sizes.count > 1 else {
      // The photo as the network sees it, its picture, and that at the photo's size.
      return sizes[0] == photo ? 0 : 4 * 3 * pixels[0]
    }
    // Up to the last size but one: its photo, its picture and the one before.
    let smaller = 4 * pixels[..<(sizes.count - 1)].reduce(0, +) * 2
    let rows = 4 * 3 * (sizes.last?.width ?? 0) * Self.rowsInHand
    return smaller + threads * rows
  }

  /// The rows that a thread has in hand, of the photo, enlarged and filtered, besides those of the
  /// network.
  private static let rowsInHand = 48
}
