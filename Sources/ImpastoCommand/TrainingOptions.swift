import ArgumentParser
import ImpastoTraining

/// The settings that a command trains with where the user gives none.
protocol TrainingDefaults {
  static var settings: TrainingSettings { get }
}

/// The settings of a training run, each with a default that gives a good network.
///
/// They are optional so that a resumed run takes those that it began with.
struct TrainingOptions<Defaults: TrainingDefaults>: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Total number of steps, including those before --resume (default: \(Defaults.settings.steps)).",
      valueName: "n"))
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Photos per step (default: \(Defaults.settings.batchSize)).", valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Side of the squares cut out of photos (default: \(Defaults.settings.imageSize)).",
      valueName: "pixels"))
  var imageSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Shorter side that paintings are scaled to (default: \(Defaults.settings.styleSize)).",
      valueName: "pixels"))
  var styleSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Weight of the photo's content (default: 1).", valueName: "x"))
  var contentWeight: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Weight of the painting's style (default: 20).", valueName: "x"))
  var styleWeight: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Weight of the total variation, which smooths the picture (default: 0).", valueName: "x"))
  var tvWeight: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Maximum learning rate (default: \(Defaults.settings.learningRate)).",
      valueName: "x"))
  var learningRate: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seed of all random choices (default: 1).", valueName: "n"))
  var seed: UInt64?

  func validate() throws {
    try check("--steps", steps, 1...10_000_000)
    try check("--batch-size", batchSize, 1...256)
    try check("--image-size", imageSize, 32...1024)
    if let imageSize, imageSize % 4 != 0 {
      throw ValidationError("--image-size \(imageSize): expected a multiple of 4")
    }
    try check("--style-size", styleSize, 32...2048)
    try check("--content-weight", contentWeight, 0...1e6)
    try check("--style-weight", styleWeight, 0...1e6)
    try check("--tv-weight", tvWeight, 0...1e6)
    try check("--learning-rate", learningRate, 1e-8...1)
  }

  /// The settings of a new run, or those of the run that began with `begun`, of which only the
  /// number of steps and, after a run has diverged, the learning rate may differ.
  func settings(resuming begun: TrainingSettings?) throws -> TrainingSettings {
    if let begun {
      try Resuming.agree("--batch-size", batchSize, begun.batchSize)
      try Resuming.agree("--image-size", imageSize, begun.imageSize)
      try Resuming.agree("--style-size", styleSize, begun.styleSize)
      try Resuming.agree("--content-weight", contentWeight, begun.contentWeight)
      try Resuming.agree("--style-weight", styleWeight, begun.styleWeight)
      try Resuming.agree("--tv-weight", tvWeight, begun.totalVariationWeight)
      try Resuming.agree("--seed", seed, begun.seed)
    }
    let others = begun ?? Defaults.settings
    return TrainingSettings(
      steps: steps ?? others.steps, batchSize: batchSize ?? others.batchSize,
      imageSize: imageSize ?? others.imageSize, styleSize: styleSize ?? others.styleSize,
      contentWeight: contentWeight ?? others.contentWeight,
      styleWeight: styleWeight ?? others.styleWeight,
      totalVariationWeight: tvWeight ?? others.totalVariationWeight,
      learningRate: learningRate ?? others.learningRate, seed: seed ?? others.seed)
  }

  private func check<Value: Comparable>(
    _ name: String, _ value: Value?, _ range: ClosedRange<Value>
  ) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
      "\(name) \(value): expected a number from \(range.lowerBound) to \(range.upperBound)")
  }
}
