import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors

/// A trained network whose pictures another, smaller one learns to paint: distillation.
///
/// The loss of a picture x is ‖x − y‖² / ‖y − its mean‖² with y the teacher's picture of the same photo
/// in the same style, and for the row `photo` the photo itself. It needs no loss network, so that a
/// step takes a fraction of the time. What it leaves blurred, a run with the perceptual loss sharpens.
///
/// Source: Hinton, Vinyals, Dean 2015, for classes; with pictures in place of logits.
struct Teacher {
  /// The fingerprint of the network.
  let fingerprint: String
  private let network: TransformNetwork
  /// The rows of the styles that are taught.
  private let bank: StyleBank
  private let backend: any ComputeBackend
  private let scalarType: ScalarType

  /// Takes `model` as the teacher of the styles called `names`.
  ///
  /// - Throws: ``TrainingError/untaught(_:)`` where it does not know some of them.
  init(
    _ model: StyleModel, of names: [String], backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    let unknown = names.filter { !model.bank.names.contains($0) }
    guard unknown.isEmpty else { throw .untaught(unknown) }
    (fingerprint, network) = (model.fingerprint, model.network)
    bank = model.bank.selecting(names)
    (self.backend, self.scalarType) = (backend, scalarType)
  }

  /// The losses of pictures of `photos`, squares of `size`.
  ///
  /// - Parameters:
  ///   - pictures: f32 pixels in 0…1, `[batch, size, size, 3]`.
  ///   - rows: The style of each photo, by its place among those that are taught; nil for `photo`.
  func losses(
    of pictures: Variable, photos: [Image], size: Int, rows: [Int?]
  ) -> PerceptualLoss.Losses {
    let wanted = self.pictures(of: photos, size: size, rows: rows)
    let errors = pictures.squaredError(
      to: wanted, factors: PerceptualLoss.contrastFactors(wanted, backend.kernels))
    let share = PerceptualLoss.pixelWeight / Float(rows.count)
    let none = rows.map { _ in Float(0) }
    return PerceptualLoss.Losses(
      total: Variable.weightedSum([(errors, rows.map { _ in share })], on: pictures.tape),
      content: none, pixels: errors.value.scalars, totalVariation: none, style: rows.map { _ in [] }
    )
  }

  /// The pictures to learn, of the shape of the photos.
  private func pictures(of photos: [Image], size: Int, rows: [Int?]) -> Tensor {
    let batch = PhotoBatch(
      levels: photos.flatMap(\.pixels), shape: [photos.count, size, size, 3],
      range: network.architecture.input, scalarType: scalarType, kernels: backend.kernels)
    let tape = Tape(backend: backend, isRecording: false)
    let styles = bank.rows(
      weights: rows.map { row in bank.names.indices.map { $0 == (row ?? 0) ? 1 : 0 } },
      statistics: nil, scale: tape.constant(bank.scale), shift: tape.constant(bank.shift))
    let painted = network.stylized(
      tape.constant(batch.input), rows: styles,
      variables: network.variables(on: tape, areTrainable: false)
    ).value
    guard rows.contains(nil) else { return painted }
    let (copied, taught, count) = (batch.pixels.scalars, painted.scalars, size * size * 3)
    return Tensor(
      rows.enumerated().flatMap { image, row in
        (row == nil ? copied : taught)[image * count..<(image + 1) * count]
      }, shape: painted.shape)
  }
}
