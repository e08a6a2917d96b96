extension StyleTrainer {
  /// Does all steps that are left on the photos of `dataset`.
  ///
  /// - Throws: ``TrainingError`` where no photo can be read or a loss is not finite.
  public func train(on dataset: ImageDataset) throws(TrainingError) {
    let loader = BatchLoader(
      dataset: dataset, batchSize: settings.batchSize, imageSize: settings.imageSize,
      seed: settings.seed, firstStep: completedSteps)
    while completedSteps < settings.steps { try step(loader.next()) }
  }
}
