import ImpastoCompute
import ImpastoDifferentiation
import ImpastoNetworks
import ImpastoTensors

/// The distance of enlarged photos from the large ones that they were made of.
///
/// - fidelity: the mean squared error of the pixels. It is smallest for the mean of all pictures that a
///   photo may have been made of, so that means of neighbouring pixels are right for scale 2.
/// - looks: ‖F(x) − F(picture)‖² / ‖F(picture)‖² of the features at relu2_2, and a small share of the
///   error of the pixels, which keeps colours and does away with grids.
///
/// Source: Johnson, Alahi, Fei-Fei 2016, for the features.
struct EnlargementLoss {
  /// The losses of a batch.
  struct Losses {
    /// The number that is minimised, `[1]`.
    let total: Variable
    /// The mean squared error of pixels in 0…1.
    let pixels: Float
    /// The relative error of the features; nil where they are not compared.
    let features: Float?
  }

  /// The weight of the squared error of pixels, relative to the contrast of the picture, beside that of
  /// features.
  static let pixelWeight: Float = 0.5
  private static let tap = VGG19.Tap(2, 2)

  /// The loss network, for looks; nil for fidelity.
  let network: VGG19?
  let backend: any ComputeBackend
  let scalarType: ScalarType

  /// Compares pictures with what they should be.
  ///
  /// - Parameters:
  ///   - pictures: f32 pixels in 0…1.
  ///   - targets: Of the same shape.
  func losses(of pictures: Variable, targets: Tensor) -> Losses {
    let batch = targets.shape.batch
    let share = 1 / Float(targets.count)
    let errors = pictures.squaredError(
      to: targets, factors: [Float](repeating: share, count: batch))
    let pixels = errors.value.scalars.reduce(0, +)
    guard let network else {
      return Losses(total: errors.summed(), pixels: pixels, features: nil)
    }
    func features(of picture: Variable) -> Variable {
      network.features([Self.tap], of: picture, padding: .mirrored, scalarType: scalarType)[0]
    }
    let wanted = features(of: Tape(backend: backend, isRecording: false).constant(targets)).value
    let norms = backend.kernels.squaredDifference(wanted)
    let seen = features(of: pictures).squaredError(
      to: wanted, factors: norms.map { 1 / (Float(batch) * Float(max($0, 1e-12))) })
    // From the mean over all pixels to the share of each picture's contrast.
    let contrasts = PerceptualLoss.contrastFactors(targets, backend.kernels)
    let weights = contrasts.map { Self.pixelWeight * $0 / share / Float(batch) }
    let total = Variable.weightedSum(
      [(seen, [Float](repeating: 1, count: batch)), (errors, weights)], on: pictures.tape)
    return Losses(
      total: total.summed(), pixels: pixels, features: seen.value.scalars.reduce(0, +))
  }
}
