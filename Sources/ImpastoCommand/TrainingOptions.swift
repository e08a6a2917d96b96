import ArgumentParser
import ImpastoTraining

/// The settings of a training run, each with a default that gives a good network.
///
/// They are optional so that a resumed run takes those that it began with.
struct TrainingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Steps in all, those before --resume included (default: \(TrainingSettings().steps)).",
      valueName: "n"))
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Photos per step (default: \(TrainingSettings().batchSize)).", valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Side of the squares cut out of photos (default: \(TrainingSettings().imageSize)).",
      valueName: "pixels"))
  var imageSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Shorter side that paintings are scaled to (default: \(TrainingSettings().styleSize)).",
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
    help: ArgumentHelp("Weight of smoothness (default: 0).", valueName: "x"))
  var tvWeight: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Length of the largest steps (default: 0.008).", valueName: "x"))
  var learningRate: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What all random choices depend on (default: 1).", valueName: "n"))
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

  /// The settings of a new run.
  var settings: TrainingSettings {
    let defaults = TrainingSettings()
    return TrainingSettings(
      steps: steps ?? defaults.steps, batchSize: batchSize ?? defaults.batchSize,
      imageSize: imageSize ?? defaults.imageSize, styleSize: styleSize ?? defaults.styleSize,
      contentWeight: contentWeight ?? defaults.contentWeight,
      styleWeight: styleWeight ?? defaults.styleWeight,
      totalVariationWeight: tvWeight ?? defaults.totalVariationWeight,
      learningRate: learningRate ?? defaults.learningRate, seed: seed ?? defaults.seed)
  }

  /// The settings of the run that began with `begun`, of which only the number of steps and, after
  /// a run has diverged, the learning rate may differ.
  func settings(resuming begun: TrainingSettings) throws -> TrainingSettings {
    try Self.agree("--batch-size", batchSize, begun.batchSize)
    try Self.agree("--image-size", imageSize, begun.imageSize)
    try Self.agree("--style-size", styleSize, begun.styleSize)
    try Self.agree("--content-weight", contentWeight, begun.contentWeight)
    try Self.agree("--style-weight", styleWeight, begun.styleWeight)
    try Self.agree("--tv-weight", tvWeight, begun.totalVariationWeight)
    try Self.agree("--seed", seed, begun.seed)
    var settings = begun
    if let steps { settings.steps = steps }
    if let learningRate { settings.learningRate = learningRate }
    return settings
  }

  private func check<Value: Comparable>(
    _ name: String, _ value: Value?, _ range: ClosedRange<Value>
  ) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
      "\(name) \(value): expected a number from \(range.lowerBound) to \(range.upperBound)")
  }

  /// Refuses a `value` other than the one that the run to resume began with.
  static func agree<Value: Equatable>(_ name: String, _ value: Value?, _ begun: Value) throws {
    guard let value, value != begun else { return }
    throw ValidationError(
      """
      \(name) \(value): this run began with \(begun), which --resume keeps; leave \(name) out, or \
      begin a new run under another --output
      """)
  }
}
