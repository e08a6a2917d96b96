import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors

/// How far a picture is from the content of a photo and the style of a painting.
///
/// All terms are relative to the photo's or painting's own norm and so without units: one set of
/// weights treats loud and quiet paintings alike.
///
/// - content = ‖F(x) − F(photo)‖² / ‖F(photo)‖² at relu4_2
/// - style = mean over relu1_1, relu2_1, relu3_1, relu4_1 of ‖G(x) − G(painting)‖² / ‖G(painting)‖²
/// - pixels = ‖x − photo‖² / ‖photo − its mean‖², for the row that returns the photo itself
///
/// Source: Gatys, Ecker, Bethge 2015. Differs from it: the terms are relative.
struct PerceptualLoss {
  static let contentTap = VGG19.Tap(4, 2)
  static let styleTaps = [(1, 1), (2, 1), (3, 1), (4, 1)].map { VGG19.Tap($0, $1) }
  /// The weight of the pixel term in place of the style term; a PSNR of 24 dB is then worth about
  /// as much as the content of a stylised picture.
  static let pixelWeight: Float = 20

  let network: VGG19
  let backend: any ComputeBackend
  let scalarType: ScalarType
  let contentWeight: Float
  let styleWeight: Float
  let totalVariationWeight: Float

  /// The Gram matrices of a painting.
  struct StyleTarget {
    /// f32 `[1, channels, channels]` for each of `styleTaps`.
    let grams: [Tensor]
    /// 1/‖G‖² of each.
    let factors: [Float]
  }

  /// The losses of a batch, image by image.
  struct Losses {
    /// The weighted sum, `[batch]`.
    let total: Variable
    let content, pixels, totalVariation: [Float]
    /// For each image one number per style tap.
    let style: [[Float]]
  }

  /// Measures a painting once.
  func target(of painting: Image) -> StyleTarget {
    let tape = Tape(backend: backend, isRecording: false)
    let pixels = backend.kernels.tensor(
      fromLevels: painting.pixels, shape: [1, painting.height, painting.width, 3], center: 0,
      scale: 1 / 255, type: .float32)
    let features = network.features(
      Self.styleTaps, of: tape.constant(pixels), scalarType: scalarType)
    let grams = features.map { $0.gramMatrix().value }
    return StyleTarget(
      grams: grams, factors: grams.map { inverse(backend.kernels.squaredDifference($0)[0]) })
  }

  /// Compares stylised photos with the photos and each with its painting.
  ///
  /// - Parameters:
  ///   - pictures: f32 pixels in 0…1, of the photos' shape.
  ///   - targets: One per photo; nil for a picture that should be the photo itself.
  func losses(of pictures: Variable, photos: PhotoBatch, targets: [StyleTarget?]) -> Losses {
    let tape = pictures.tape
    let kernels = backend.kernels
    let photoPixels = photos.pixels
    let photoFeatures = network.features(
      [Self.contentTap], of: tape.constant(photoPixels), scalarType: scalarType)[0].value
    let features = network.features(
      [Self.contentTap] + Self.styleTaps, of: pictures, scalarType: scalarType)

    let content = features[0].squaredError(
      to: photoFeatures, factors: kernels.squaredDifference(photoFeatures).map(inverse))
    let pixels = pictures.squaredError(to: photoPixels, factors: contrastFactors(photoPixels))
    let variation = pictures.totalVariation()
    let styles = Self.styleTaps.indices.map { layer in
      let gram = features[1 + layer].gramMatrix()
      let wanted = batch(targets.map { $0?.grams[layer] }, shape: gram.shape)
      return gram.squaredError(to: wanted, factors: targets.map { $0?.factors[layer] ?? 0 })
    }

    let share = 1 / Float(targets.count)
    func weights(_ weight: Float, _ applies: (StyleTarget?) -> Bool) -> [Float] {
      targets.map { applies($0) ? weight * share : 0 }
    }
    let layerWeight = styleWeight / Float(styles.count)
    let total = Variable.weightedSum(
      [
        (content, weights(contentWeight) { _ in true }),
        (pixels, weights(Self.pixelWeight) { $0 == nil }),
        (variation, weights(totalVariationWeight) { $0 != nil }),
      ] + styles.map { ($0, weights(layerWeight) { $0 != nil }) }, on: tape)
    let byLayer = styles.map(\.value.scalars)
    return Losses(
      total: total, content: content.value.scalars, pixels: pixels.value.scalars,
      totalVariation: variation.value.scalars,
      style: targets.indices.map { image in byLayer.map { $0[image] } })
  }

  /// 1/‖photo − its mean‖², kept finite for photos of one colour.
  private func contrastFactors(_ pixels: Tensor) -> [Float] {
    let (_, variance) = backend.kernels.channelStatistics(pixels)
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
