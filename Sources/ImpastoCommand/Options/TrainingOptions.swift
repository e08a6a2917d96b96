import ArgumentParser
import ImpastoSessions
import ImpastoTraining

/// The settings that a command trains with where the user gives none.
protocol TrainingDefaults {
  static var settings: TrainingSettings { get }
}

extension TrainingDefaults {
  /// The only stage of ``settings``.
  static var stage: TrainingStage { settings.schedule[0] }
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
      "Photos per step (default: \(Defaults.stage.batchSize)).", valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Side of the squares cut out of photos (default: \(Defaults.stage.imageSize)).",
      valueName: "pixels"))
  var imageSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Stages with photos of several sizes, in place of --image-size and --steps.",
      discussion: """
        Side and steps of each: 128:4000,192:2000,256:1500x2. With x2 a stage takes two photos per \
        step, else as many as --batch-size says.
        """, valueName: "pixels:steps,…"))
  var schedule: String?

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
      "Weight of what changes in a picture when its photo moves (default: 0).",
      discussion: """
        Above 0, for steady films, each photo is painted twice, up to three pixels apart, which takes \
        twice the time; 5 is a good weight.
        """, valueName: "x"))
  var shiftWeight: Float?

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
    try OptionRange.check("steps", steps, 1...10_000_000)
    try OptionRange.check("batch-size", batchSize, 1...256)
    try OptionRange.checkImageSize(imageSize)
    try OptionRange.check("style-size", styleSize, 32...2048)
    try OptionRange.check("content-weight", contentWeight, 0...1e6)
    try OptionRange.check("style-weight", styleWeight, 0...1e6)
    try OptionRange.check("tv-weight", tvWeight, 0...1e6)
    try OptionRange.check("shift-weight", shiftWeight, 0...1e6)
    try OptionRange.check("learning-rate", learningRate, 1e-8...1)
    if let schedule {
      for (name, isGiven) in [("--steps", steps != nil), ("--image-size", imageSize != nil)]
      where isGiven {
        throw ValidationError("\(name): --schedule has it for each stage; leave one of the two out")
      }
      _ = try stages(schedule)
    }
  }

  /// The first option given that tells how pictures are compared with photos and paintings.
  var lossOption: String? {
    [
      ("--style-size", styleSize != nil), ("--content-weight", contentWeight != nil),
      ("--style-weight", styleWeight != nil), ("--tv-weight", tvWeight != nil),
    ].first(where: \.1)?.0
  }

  /// The stages that `--schedule` names; those of a run that is resumed have its number of photos.
  private func stages(
    _ schedule: String, resuming begun: [TrainingStage]? = nil
  ) throws -> [TrainingStage] {
    try schedule.split(separator: ",", omittingEmptySubsequences: false).map { text in
      let batchSize = batchSize ?? begun?.first?.batchSize ?? Defaults.stage.batchSize
      guard let stage = TrainingStage(text, batchSize: batchSize) else {
        throw ValidationError(
          "--schedule “\(text)”: expected a size and a number of steps such as 128:4000, or 128:4000x2"
        )
      }
      try OptionRange.check("schedule \(text): size", stage.imageSize, 32...1024)
      try OptionRange.check("schedule \(text): steps", stage.steps, 1...10_000_000)
      try OptionRange.check("schedule \(text): photos", stage.batchSize, 1...256)
      guard stage.imageSize % 4 == 0 else {
        throw ValidationError("--schedule \(text): expected a multiple of 4 as size")
      }
      return stage
    }
  }

  /// The settings of a new run, or those of the run that began with `begun`, of which only the
  /// number of steps, where it has one stage, and, after a run has diverged, the learning rate may differ.
  func settings(resuming begun: TrainingSettings?) throws -> TrainingSettings {
    if let begun {
      try agreeOnStages(begun.schedule)
      try SessionError.checkAgreement("style-size", styleSize, begun.styleSize)
      try SessionError.checkAgreement("content-weight", contentWeight, begun.contentWeight)
      try SessionError.checkAgreement("style-weight", styleWeight, begun.styleWeight)
      try SessionError.checkAgreement("tv-weight", tvWeight, begun.totalVariationWeight)
      try SessionError.checkAgreement("shift-weight", shiftWeight, begun.shiftWeight)
      try SessionError.checkAgreement("seed", seed, begun.seed)
    }
    let others = begun ?? Defaults.settings
    var schedule = others.schedule
    if let wanted = self.schedule {
      schedule = try stages(wanted, resuming: begun?.schedule)
    } else if schedule.count == 1 {
      schedule[0].steps = steps ?? schedule[0].steps
      schedule[0].batchSize = batchSize ?? schedule[0].batchSize
      schedule[0].imageSize = imageSize ?? schedule[0].imageSize
    }
    return TrainingSettings(
      schedule: schedule, styleSize: styleSize ?? others.styleSize,
      contentWeight: contentWeight ?? others.contentWeight,
      styleWeight: styleWeight ?? others.styleWeight,
      totalVariationWeight: tvWeight ?? others.totalVariationWeight,
      shiftWeight: shiftWeight ?? others.shiftWeight,
      learningRate: learningRate ?? others.learningRate, seed: seed ?? others.seed)
  }

  /// Refuses other stages than those that the run to resume began with.
  private func agreeOnStages(_ begun: [TrainingStage]) throws {
    func text(_ stages: [TrainingStage]) -> String {
      stages.map(\.description).joined(separator: ",")
    }
    if let schedule {
      let wanted = try stages(schedule, resuming: begun)
      if wanted.count == 1, begun.count == 1, wanted[0].steps != begun[0].steps,
        wanted[0].imageSize == begun[0].imageSize, wanted[0].batchSize == begun[0].batchSize
      {
        throw ValidationError(
          """
          --schedule \(schedule): this run has one stage, which goes on to another number of steps \
          with --steps \(wanted[0].steps)
          """)
      }
      try SessionError.checkAgreement("schedule", text(wanted), text(begun))
    }
    guard begun.count == 1 else {
      for (name, isGiven) in [
        ("--steps", steps != nil), ("--batch-size", schedule == nil && batchSize != nil),
        ("--image-size", imageSize != nil),
      ] where isGiven {
        throw ValidationError(
          "\(name): this run began with --schedule \(text(begun)), which --resume keeps; leave it out"
        )
      }
      return
    }
    guard schedule == nil else { return }
    try SessionError.checkAgreement("batch-size", batchSize, begun[0].batchSize)
    try SessionError.checkAgreement("image-size", imageSize, begun[0].imageSize)
  }
}
