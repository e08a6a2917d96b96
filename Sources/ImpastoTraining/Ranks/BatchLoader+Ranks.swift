import ImpastoCluster

/// The batches of which several ranks have a share each.
extension BatchLoader {
  /// Takes this rank's share of the next step's batch, once all ranks have theirs; nil where one of
  /// them is to stop.
  func nextShare(
    of ranks: Communicator, while goesOn: () -> Bool
  ) throws(TrainingError) -> TrainingBatch? {
    var own: LoadedBatch?
    if isLoaded(while: goesOn) { own = try shelf.take() }
    var offers = try exchange(own.map(StepOffer.init) ?? StepOffer(stops: true), among: ranks)
    guard let step = own?.batch.step, !offers.contains(where: \.stops) else { return nil }
    if offers.allSatisfy(\.names.isEmpty) {
      // One that is readable stands in, which rank 0 looks for.
      let reason = offers.lazy.compactMap(\.reason).first
      let substitute = ranks.isFirst ? source.substitute(of: step) : LoadedBatch(step: step)
      offers = try exchange(StepOffer(substitute), among: ranks)
      guard !offers[0].names.isEmpty else {
        throw .noReadablePhotos(folder: source.dataset.folder, reason: reason ?? "")
      }
      own = substitute
    }
    let names = offers.flatMap(\.names)
    return TrainingBatch(
      step: step, photos: own?.batch.photos ?? [], names: names, counts: offers.map(\.names.count))
  }

  /// Tells all ranks what each offers, and notes the photos that they leave out.
  private func exchange(
    _ offer: StepOffer, among ranks: Communicator
  ) throws(TrainingError) -> [StepOffer] {
    do {
      let offers = try ranks.gather(offer)
      for offer in offers { shelf.note(skipped: offer.skipped, warnings: offer.warnings) }
      return offers
    } catch {
      throw .ranks(error)
    }
  }
}
