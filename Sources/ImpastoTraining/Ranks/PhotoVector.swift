import ImpastoTensors

/// The layout of what one photo gives to a step, as one vector: the sum of the vectors of all photos
/// has the sum of their gradients, and the losses of each.
///
/// First come the gradients of all that is trained, then the weighted sum of the losses, and then a
/// place for the losses of each photo, which is zero in the vectors of the others.
struct PhotoVector {
  /// The shapes of the gradients; nil where there is no such parameter.
  let shapes: [Shape?]
  let photoCount: Int
  /// The number of pictures of each photo: one, or two that are compared.
  let pictureCount: Int
  let styleTapCount: Int

  private var gradientCount: Int { shapes.reduce(0) { $0 + ($1?.count ?? 0) } }
  private var lossesOfPicture: Int { 4 + styleTapCount }
  /// With the change between two pictures, and 1 for gradients that are not finite.
  private var lossesOfPhoto: Int { pictureCount * lossesOfPicture + 2 }

  /// The length of a vector.
  var length: Int { gradientCount + 1 + photoCount * lossesOfPhoto }

  /// The vector of the photo at `index`.
  func vector(of photo: StepDerivatives, at index: Int, isFinite: Bool) -> [Float] {
    var vector: [Float] = []
    vector.reserveCapacity(length)
    for (gradient, shape) in zip(photo.gradients, shapes) {
      if let gradient {
        gradient.withUnsafeBytes { vector += $0.bindMemory(to: Float.self) }
      } else {
        vector += repeatElement(0, count: shape?.count ?? 0)
      }
    }
    vector.append(photo.total)
    vector += repeatElement(0, count: index * lossesOfPhoto)
    let losses = photo.losses
    for picture in 0..<pictureCount {
      vector += [losses.total[picture], losses.content[picture], losses.pixels[picture]]
      vector += [losses.totalVariation[picture]] + losses.style[picture]
    }
    vector += [photo.shifts.first ?? 0, isFinite ? 0 : 1]
    vector += repeatElement(0, count: length - vector.count)
    return vector
  }

  /// The step that the sum of all photos' vectors describes: gradients and weighted sums are means over
  /// the photos.
  func derivatives(from sum: [Float]) -> StepDerivatives {
    let share = 1 / Float(photoCount)
    var offset = 0
    let gradients = shapes.map { shape in
      shape.map { shape in
        defer { offset += shape.count }
        return Tensor(sum[offset..<offset + shape.count].map { $0 * share }, shape: shape)
      }
    }
    let photos = sum[(gradientCount + 1)...]
    func loss(_ photo: Int, _ index: Int) -> Float {
      photos[photos.startIndex + photo * lossesOfPhoto + index]
    }
    var losses = StepLosses()
    for picture in 0..<pictureCount {
      let first = picture * lossesOfPicture
      for photo in 0..<photoCount {
        losses.total.append(loss(photo, first))
        losses.content.append(loss(photo, first + 1))
        losses.pixels.append(loss(photo, first + 2))
        losses.totalVariation.append(loss(photo, first + 3))
        losses.style.append((0..<styleTapCount).map { loss(photo, first + 4 + $0) })
      }
    }
    let all = 0..<photoCount
    return StepDerivatives(
      losses: losses,
      shifts: pictureCount > 1 ? all.map { loss($0, lossesOfPhoto - 2) } : [],
      total: sum[gradientCount] * share,
      layers: stride(from: 0, to: gradients.count - 2, by: LayerGradients.count).map {
        LayerGradients(gradients[$0..<$0 + LayerGradients.count])
      },
      rows: Array(gradients.suffix(2)), culprit: all.first { loss($0, lossesOfPhoto - 1) != 0 })
  }
}
