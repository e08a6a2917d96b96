import ImpastoCompute
package import ImpastoDifferentiation
package import ImpastoImaging
package import ImpastoTensors

/// The change of a picture when its photo moves by a few pixels.
///
/// Two crops of each photo, up to three pixels apart, are painted in the same style. The loss is
/// ‖x − y‖² / ‖x − its mean‖² of the two pictures where both show the same, the divisor taken as a
/// constant. It costs little where a network is trained with it from the beginning, and makes films
/// steady and plain areas smooth.
package struct ShiftLoss {
  /// The farthest that the crops of a photo lie apart, in pixels along either axis.
  package static let farthest = 3

  /// Where the second crop lies seen from the first, in pixels to the right and downwards.
  private let x, y: Int

  /// Draws how far the crops of a step lie apart.
  package init(using source: inout RandomSource) {
    // One of the places around the middle, of a right half: the other half swaps the crops.
    let side = UInt64(2 * Self.farthest + 1)
    let place = Int(source.next().multipliedFullWidth(by: side * side / 2).high) + 1
    let middle = Int(side * side / 2)
    (x, y) = (
      (middle + place) % Int(side) - Self.farthest, (middle + place) / Int(side) - Self.farthest
    )
  }

  /// The first crops of all photos, then the second ones: of photos of `size` + ``farthest`` pixels
  /// along each side, squares of `size`.
  package func crops(of photos: [Image], size: Int) -> [Image] {
    let first = (x: max(0, -x), y: max(0, -y))
    let second = (x: first.x + x, y: first.y + y)
    return [first, second].flatMap { place in
      photos.map { $0.cropped(x: place.x, y: place.y, width: size, height: size) }
    }
  }

  /// The losses of the pictures of ``crops(of:size:)``, f32 `[2 · photos, size, size, 3]`: one for
  /// each photo.
  package func losses(of pictures: Variable) -> Variable {
    let (count, size) = (pictures.shape.batch / 2, pictures.shape.height)
    func shared(_ images: Range<Int>, _ x: Int, _ y: Int) -> Variable {
      pictures.cropped(
        to: CropWindow(
          images: images, rows: max(0, y)..<size + min(0, y),
          columns: max(0, x)..<size + min(0, x)))
    }
    let first = shared(0..<count, x, y)
    let second = shared(count..<2 * count, -x, -y)
    let factors = PerceptualLoss.contrastFactors(first.value, pictures.tape.backend.kernels)
    return first.squaredError(to: second, factors: factors)
  }
}

extension TrainingSettings {
  /// By how many pixels photos are larger than the pictures that are painted of them.
  var cropMargin: Int { shiftWeight > 0 ? ShiftLoss.farthest : 0 }
}
