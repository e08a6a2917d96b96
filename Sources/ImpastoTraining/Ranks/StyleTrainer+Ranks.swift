package import ImpastoCluster
import ImpastoCompute
import ImpastoFiles
import ImpastoTensors

/// The steps of a run that several ranks share, or that could be shared.
extension StyleTrainer {
  /// Shares the steps that are left with `ranks`, which may be this process alone.
  ///
  /// The gradients of each photo are then computed by themselves and added in an order that depends
  /// on the number of photos alone: however many ranks there are, the result is the same.
  package func share(with ranks: Communicator) { self.ranks = ranks }

  /// The derivatives of a step of which each rank computes those of its photos.
  func summedDerivatives(
    of batch: TrainingBatch, _ drawn: [Int], step: Int, over ranks: Communicator
  ) -> StepDerivatives {
    let layout = PhotoVector(
      shapes: layers.flatMap(\.shapes) + [scale.value.shape, shift.value.shape],
      photoCount: drawn.count, pictureCount: settings.shiftWeight > 0 ? 2 : 1,
      styleTapCount: teacher == nil ? loss.terms.styleTaps.count : 0)
    var sum = TreeSum(counts: batch.counts, ranks: ranks)
    let first = batch.counts[..<ranks.rank].reduce(0, +)
    for (index, photo) in zip(first..., batch.photos) {
      let own = derivatives(of: [photo], [drawn[index]], step: step)
      sum.add(layout.vector(of: own, at: index, isFinite: isFinite(own)))
    }
    return layout.derivatives(from: sum.total(length: layout.length))
  }

  /// Checks now and then, and at the end, that all ranks have trained the same.
  func checkAgreement() throws(TrainingError) {
    guard let ranks, ranks.size > 1,
      completedSteps.isMultiple(of: Self.checkedSteps) || completedSteps == settings.steps
    else { return }
    let fingerprints: [String]
    do { fingerprints = try ranks.gather(fingerprint) } catch { throw .ranks(error) }
    guard let other = fingerprints.firstIndex(where: { $0 != fingerprints[0] }) else { return }
    throw .ranksDiverged(ranks.name(of: other), step: completedSteps)
  }

  /// The number of steps between two comparisons of the ranks.
  private static let checkedSteps = 50

  /// The SHA-256 of all that is trained, as it is now.
  package var fingerprint: String {
    var digest = SHA256Digest()
    let filters = layers.map(\.filter)
    let parameters =
      layers.flatMap(\.vectors) + [scale, shift] + (search.map { [$0.logits] } ?? [])
    let tensors =
      filters.flatMap { [$0.value, $0.momentum] }
      + parameters.flatMap { [$0.value, $0.firstMoments, $0.secondMoments] }
    for tensor in tensors { tensor.withUnsafeBytes { digest.update($0) } }
    return digest.hexadecimal()
  }
}
