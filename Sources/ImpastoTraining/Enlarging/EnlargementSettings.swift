import ImpastoNetworks

/// The settings of the training of a network that enlarges; runs with equal settings and data are
/// equal.
public struct EnlargementSettings: Codable, Hashable, Sendable {
  /// The number of steps that train for fidelity: for small squared errors of pixels.
  public var steps: Int
  /// The number of steps after them that train for looks: for the features of the loss network.
  public var looksSteps: Int
  /// The number of photos in each step.
  public var batchSize: Int
  /// The side of the squares cut out of photos, which the network is to make of smaller ones.
  public var imageSize: Int
  /// The length of the largest steps: Adam's for biases; those of filters have a tenth of it as the
  /// root mean square of their changes.
  public var learningRate: Float
  /// The seed of all random choices.
  public var seed: UInt64

  /// Creates settings; the defaults give a good network, with no step for looks.
  public init(
    steps: Int = 10_000, looksSteps: Int = 0, batchSize: Int = 8, imageSize: Int = 192,
    learningRate: Float = 8e-3, seed: UInt64 = 1
  ) {
    (self.steps, self.looksSteps) = (steps, looksSteps)
    (self.batchSize, self.imageSize) = (batchSize, imageSize)
    (self.learningRate, self.seed) = (learningRate, seed)
  }

  /// The number of steps in all.
  public var allSteps: Int { steps + looksSteps }

  /// Checks that a network can be trained with these settings.
  ///
  /// - Throws: ``TrainingError/badSetting(_:_:expected:)``.
  public func check() throws(TrainingError) {
    let maximum = TrainingSettings.maximumSteps / 2
    try TrainingSettings.require((1...maximum).contains(steps), "steps", steps, "1 to \(maximum)")
    try TrainingSettings.require(
      (0...maximum).contains(looksSteps), "looks steps", looksSteps, "0 to \(maximum)")
    try TrainingSettings.require((1...256).contains(batchSize), "batch size", batchSize, "1 to 256")
    try TrainingSettings.require(
      (32...1024).contains(imageSize) && imageSize.isMultiple(of: 4), "image size", imageSize,
      "a multiple of 4 from 32 to 1024")
    try TrainingSettings.require(
      learningRate > 0 && learningRate.isFinite, "learning rate", learningRate, "more than zero")
  }

  /// The photos of each step, as a loader takes them: those of the two parts are two stages.
  var photos: TrainingSettings {
    let stages = [steps, looksSteps].filter { $0 > 0 }.map {
      TrainingStage(imageSize: imageSize, steps: $0, batchSize: batchSize)
    }
    return TrainingSettings(schedule: stages, learningRate: learningRate, seed: seed)
  }

  /// The settings by name, as checkpoints keep them, and how far the run has got.
  func asText(completedSteps: Int) -> [String: String] {
    [
      "completed_steps": "\(completedSteps)", "steps": "\(steps)", "looks_steps": "\(looksSteps)",
      "batch_size": "\(batchSize)", "image_size": "\(imageSize)",
      "learning_rate": "\(learningRate)", "seed": "\(seed)",
    ]
  }
}
