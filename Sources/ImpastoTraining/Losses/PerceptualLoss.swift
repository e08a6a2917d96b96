package import ImpastoCompute
package import ImpastoDifferentiation
package import ImpastoImaging
package import ImpastoNetworks
package import ImpastoTensors

/// The distance of a picture from the content of a photo and the style of a painting.
///
/// With ``PerceptualTerms/Formula/relative`` all terms are relative to the photo's or painting's
/// own norm and so without units:
///
/// - content = mean over taps of ‖F(x) − F(photo)‖² / ‖F(photo)‖²
/// - style = mean over taps of ‖G(x) − G(painting)‖² / ‖G(painting)‖²
/// - pixels = ‖x − photo‖² / ‖photo − its mean‖², for the row that returns the photo itself
///
/// With ``PerceptualTerms/Formula/gatys`` the divisors are those of the paper: 4N² for style, for N
/// channels, and 2 for content, times the number of pixels. All means are weighted by the taps'
/// weights.
///
/// Source: Gatys, Ecker, Bethge 2015. Differs from it: Gram matrices and content are divided by the
/// number of pixels at the tap, so that picture and painting may differ in size, and the balance of
/// the two terms is the same at every size.
package struct PerceptualLoss {
  /// The weight of the pixel term in place of the style term; a PSNR of 24 dB is then worth about
  /// as much as the content of a stylised picture.
  static let pixelWeight: Float = 20

  package let network: VGG19
  package let backend: any ComputeBackend
  package let scalarType: ScalarType
  package let terms: PerceptualTerms

  package init(
    network: VGG19, backend: any ComputeBackend, scalarType: ScalarType, terms: PerceptualTerms
  ) {
    self.network = network
    self.backend = backend
    self.scalarType = scalarType
    self.terms = terms
  }

  /// The Gram matrices of a painting.
  package struct StyleTarget {
    /// f32 `[1, channels, channels]` for each of the style taps.
    package let grams: [Tensor]
    /// 1/‖G‖² of each, or as the formula has it.
    package let factors: [Float]
  }

  /// The features of photos.
  package struct ContentTarget {
    /// `[batch, height, width, channels]` for each of the content taps.
    let features: [Tensor]
    /// 1/‖F‖² of each and of each photo, or as the formula has it.
    let factors: [[Float]]
  }

  /// The losses of a batch, image by image.
  package struct Losses {
    /// The weighted sum, `[batch]`.
    package let total: Variable
    /// The mean over taps.
    package let content: [Float]
    /// The squared error of a picture that should be the photo itself; empty where none should.
    package let pixels: [Float]
    package let totalVariation: [Float]
    /// For each image one number per style tap.
    package let style: [[Float]]
  }

  /// Measures a painting once.
  package func target(of painting: Image) -> StyleTarget {
    let tape = Tape(backend: backend, isRecording: false)
    let pixels = backend.kernels.tensor(
      fromLevels: painting.pixels, shape: [1, painting.height, painting.width, 3], center: 0,
      scale: 1 / 255, type: .float32)
    let grams = features(terms.styleTaps, of: tape.constant(pixels)).map { $0.gramMatrix().value }
    // The next painting has another size, for which none of these blocks can be used.
    defer { TensorMemory.releaseFreeBlocks() }
    return target(of: grams)
  }

  /// Takes Gram matrices, f32 `[1, channels, channels]` for each of the style taps, as a target.
  func target(of grams: [Tensor]) -> StyleTarget {
    StyleTarget(grams: grams, factors: grams.map(styleFactor))
  }

  /// The style of several paintings at once.
  ///
  /// The Gram matrices are summed by weight. Relative ones are first brought to one norm, their
  /// mean, or a painting of high contrast would dominate the others.
  package func blend(of targets: [(target: StyleTarget, weight: Float)]) -> StyleTarget {
    guard targets.count > 1 else { return targets[0].target }
    let sum = targets.reduce(0) { $0 + $1.weight }
    let shares = targets.map { $0.weight / sum }
    let grams = terms.styleTaps.indices.map { layer in
      let parts = targets.map(\.target.grams[layer])
      let norms = parts.map { Float(backend.kernels.squaredDifference($0)[0].squareRoot()) }
      let mean = zip(norms, shares).reduce(0) { $0 + $1.0 * $1.1 }
      var gram = Tensor(zeros: parts[0].shape)
      for (index, part) in parts.enumerated() {
        let scale = terms.formula == .relative ? mean / max(norms[index], 1e-6) : 1
        backend.kernels.add(part, times: shares[index] * scale, to: &gram)
      }
      return gram
    }
    return StyleTarget(grams: grams, factors: grams.map(styleFactor))
  }

  /// Measures photos once.
  ///
  /// - Parameters:
  ///   - photos: f32 pixels in 0…1, `[batch, height, width, 3]`.
  package func contentTarget(of photos: Tensor) -> ContentTarget {
    let tape = Tape(backend: backend, isRecording: false)
    let features = features(terms.contentTaps, of: tape.constant(photos)).map(\.value)
    let factors = features.map { feature in
      switch terms.formula {
      case .relative: backend.kernels.squaredDifference(feature).map(inverse)
      case .gatys:
        [Float](
          repeating: 1 / Float(2 * feature.shape.height * feature.shape.width),
          count: feature.shape.batch)
      }
    }
    return ContentTarget(features: features, factors: factors)
  }

  /// Compares stylised photos with the photos and each with its painting.
  ///
  /// - Parameters:
  ///   - pictures: f32 pixels in 0…1, of the photos' shape.
  ///   - targets: One per photo; nil for a picture that should be the photo itself.
  package func losses(of pictures: Variable, photos: PhotoBatch, targets: [StyleTarget?]) -> Losses
  {
    let pixels = photos.pixels
    return losses(
      of: pictures, content: contentTarget(of: pixels), targets: targets, photoPixels: pixels)
  }

  /// Compares pictures with the content of photos and each with its painting.
  ///
  /// - Parameters:
  ///   - pictures: f32 pixels in 0…1, of the photos' shape.
  ///   - targets: One per photo; nil for a picture that should be the photo itself.
  ///   - photoPixels: The photos; needed where a target is nil.
  package func losses(
    of pictures: Variable, content: ContentTarget, targets: [StyleTarget?],
    photoPixels: Tensor? = nil
  ) -> Losses {
    let features = features(terms.contentTaps + terms.styleTaps, of: pictures)
    let contents = terms.contentTaps.indices.map { layer in
      features[layer].squaredError(
        to: content.features[layer], factors: content.factors[layer])
    }
    let pixels = photoPixels.map {
      pictures.squaredError(to: $0, factors: Self.contrastFactors($0, backend.kernels))
    }
    let variation = pictures.totalVariation()
    let styles = terms.styleTaps.indices.map { layer in
      let gram = features[contents.count + layer].gramMatrix()
      let wanted = batch(targets.map { $0?.grams[layer] }, shape: gram.shape)
      return gram.squaredError(to: wanted, factors: targets.map { $0?.factors[layer] ?? 0 })
    }

    let share = 1 / Float(targets.count)
    func weights(_ weight: Float, _ applies: (StyleTarget?) -> Bool) -> [Float] {
      targets.map { applies($0) ? weight * share : 0 }
    }
    let contentShares = PerceptualTerms.shares(terms.contentTaps)
    let styleShares = PerceptualTerms.shares(terms.styleTaps)
    var sum = zip(contents, contentShares).map { term, share in
      (term, weights: weights(terms.contentWeight * share) { _ in true })
    }
    if let pixels { sum.append((pixels, weights(Self.pixelWeight) { $0 == nil })) }
    sum.append((variation, weights(terms.totalVariationWeight) { $0 != nil }))
    sum += zip(styles, styleShares).map { term, share in
      (term, weights(terms.styleWeight * share) { $0 != nil })
    }
    let byContent = contents.map(\.value.scalars)
    let byStyle = styles.map(\.value.scalars)
    return Losses(
      total: Variable.weightedSum(sum, on: pictures.tape),
      content: targets.indices.map { image in
        zip(byContent, contentShares).reduce(0) { $0 + $1.0[image] * $1.1 }
      },
      pixels: pixels?.value.scalars ?? [], totalVariation: variation.value.scalars,
      style: targets.indices.map { image in byStyle.map { $0[image] } })
  }

  private func features(_ taps: [PerceptualTerms.WeightedTap], of picture: Variable) -> [Variable] {
    network.features(
      taps.map(\.tap), of: picture, pooling: terms.pooling, padding: terms.padding,
      scalarType: scalarType)
  }

  private func styleFactor(_ gram: Tensor) -> Float {
    switch terms.formula {
    case .relative: inverse(backend.kernels.squaredDifference(gram)[0])
    case .gatys: 1 / (4 * Float(gram.shape[1] * gram.shape[1]))
    }
  }

  /// 1/‖x − its mean‖² of each image, kept finite for those of one colour.
  static func contrastFactors(_ pixels: Tensor, _ kernels: TensorKernels) -> [Float] {
    let variance = kernels.channelStatistics(pixels).variance
    let area = Float(pixels.shape.height * pixels.shape.width)
    return (0..<pixels.shape.batch).map { image in
      1 / (area * (variance[image * 3..<image * 3 + 3].reduce(0, +) + 1e-3))
    }
  }

  /// Stacks one Gram matrix per image; zeros where there is none.
  private func batch(_ grams: [Tensor?], shape: Shape) -> Tensor {
    let size = shape.count / grams.count
    return Tensor(
      grams.flatMap { $0?.scalars ?? [Float](repeating: 0, count: size) }, shape: shape)
  }
}

/// 1/x, kept finite.
private func inverse(_ x: Double) -> Float { Float(1 / max(x, 1e-12)) }
