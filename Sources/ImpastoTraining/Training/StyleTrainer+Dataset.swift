extension StyleTrainer {
  /// Does all steps that are left on the photos of `dataset`.
  ///
  /// - Throws: ``TrainingError`` where no photo can be read or a loss is not finite.
  public func train(on dataset: ImageDataset) throws(TrainingError) {
    try train(with: loader(of: dataset))
  }

  /// Begins to load the photos of the steps that are left.
  public func loader(of dataset: ImageDataset) -> BatchLoader {
    BatchLoader(dataset: dataset, settings: settings, firstStep: completedSteps, ranks: ranks)
  }

  /// Does the steps that are left, as far as it may.
  ///
  /// - Parameters:
  ///   - loader: The photos: ``loader(of:)`` of this trainer as it is now.
  ///   - goesOn: Asked before each step, and while its photos are waited for, whether to go on.
  ///   - progress: Told the losses of each step, and how many photos it took.
  /// - Throws: ``TrainingError`` where no photo can be read or a loss is not finite; what `progress`
  ///   throws.
  public func train(
    with loader: BatchLoader, while goesOn: () -> Bool = { true },
    _ progress: (StepRecord, _ photoCount: Int) throws(TrainingError) -> Void = { _, _ in }
  ) throws(TrainingError) {
    while completedSteps < settings.steps, let batch = try loader.next(while: goesOn) {
      let record = try step(batch)
      try checkAgreement()
      try progress(record, batch.names.count)
    }
  }
}
