import ArgumentParser
import Foundation
import ImpastoSessions
import ImpastoTraining

/// `impasto train-enlarge`: trains the network of `impasto enlarge` on a folder of photos.
struct TrainEnlargeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-enlarge",
    abstract: "Train the network that enlarges photos.",
    discussion: """
      Example: impasto train-enlarge --content photos -o enlarge.safetensors

      Squares of the photos are made small, with the faults that photos have, and the network learns \
      to make of them what they were: first pixel for pixel (--steps), then, where --looks-steps says \
      so, in the eyes of the loss network, with weights of its own. Beside enlarge.safetensors a folder \
      enlarge.training keeps what --resume needs and a line of losses for each step. Ctrl-C finishes \
      the step, saves and exits; the same command with --resume continues to the same result.
      """)

  private static let defaults = EnlargementSettings()

  @Option(
    help: ArgumentHelp("Folder of photos to train on, searched recursively.", valueName: "folder"))
  var content: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Checkpoint to write.", valueName: "file"))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Number of steps for fidelity (default: \(defaults.steps)).", valueName: "n"))
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Number of steps for looks, which follow them (default: \(defaults.looksSteps)).",
      valueName: "n"))
  var looksSteps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Photos per step (default: \(defaults.batchSize)).", valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Side of the squares cut out of photos (default: \(defaults.imageSize)).",
      valueName: "pixels"))
  var imageSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Maximum learning rate (default: \(defaults.learningRate)).", valueName: "x"))
  var learningRate: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seed of all random choices (default: 1).", valueName: "n"))
  var seed: UInt64?

  @Flag(help: "Continue the run that the same command began.")
  var resume = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: LongOutputOptions

  private struct Result: Encodable {
    var checkpoint: String
    var steps: Int
    var finished: Bool
    var losses: StepRecord?
    var skipped: [SkippedPhoto]
  }

  func validate() throws {
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("--output \(output): expected a name ending in .safetensors")
    }
    try OptionRange.check("steps", steps, 1...10_000_000)
    try OptionRange.check("looks-steps", looksSteps, 0...10_000_000)
    try OptionRange.check("batch-size", batchSize, 1...256)
    try OptionRange.checkImageSize(imageSize)
    try OptionRange.check("learning-rate", learningRate, 1e-8...1)
  }

  func run() throws {
    let console = shown.console
    let session = try EnlargementTraining(
      EnlargementTrainingPlan(
        content: content, output: output, settings: settings(resuming:), compute: compute.settings,
        resumes: resume))
    try StopSignal.caught { stop in
      announce(session, console)
      let settings = session.trainer.settings
      var bar = ProgressBar(
        total: settings.allSteps, completed: session.trainer.completedSteps, console: console)
      let ended = Swift.Result {
        try session.run(while: { !stop.isRaised }) {
          bar.update($0.step, Self.status($0, $1), loss: $0.total)
        }
      }
      bar.clear()
      try ended.get()
      guard session.trainer.completedSteps > 0 else {
        throw stop.interruption(.interrupted(output))
      }
      session.warnings.forEach(console.warn)
      for photo in session.skipped { console.note("skipped: \(photo.reason)") }
      try conclude(session, console)
      if !session.isFinished { throw stop.interruption() }
    }
  }

  private func announce(_ session: EnlargementTraining, _ console: Console) {
    let (settings, done) = (session.trainer.settings, session.trainer.completedSteps)
    console.note(
      """
      \(session.dataset.count.of("photo")), \(settings.steps.of("step")) for fidelity and \
      \(settings.looksSteps) for looks, of \(settings.batchSize) at \(settings.imageSize)²\
      \(done > 0 ? ", going on after step \(done)" : "")
      """)
    console.leftOut(session.dataset.omissions.map(Remark.init))
  }

  private static func status(_ losses: StepRecord, _ speed: Double) -> String {
    var text = String(format: "%.1f images/s", speed)
    if let error = losses.photo { text += String(format: "  PSNR %.2f dB", -10 * log10(error)) }
    if let features = losses.content { text += String(format: "  features %.3f", features) }
    return text
  }

  private func conclude(_ session: EnlargementTraining, _ console: Console) throws {
    let done = session.trainer.completedSteps
    if console.isJSON {
      return try console.result(
        json: Result(
          checkpoint: output, steps: done, finished: session.isFinished, losses: session.losses,
          skipped: session.skipped))
    }
    console.result(
      session.isFinished
        ? "\(output)  \(done.of("step"))"
        : "\(output)  stopped after step \(done); go on with --resume")
  }

  /// The settings that are given, and those of `others` where none are.
  private func settings(from others: EnlargementSettings) -> EnlargementSettings {
    EnlargementSettings(
      steps: steps ?? others.steps, looksSteps: looksSteps ?? others.looksSteps,
      batchSize: batchSize ?? others.batchSize, imageSize: imageSize ?? others.imageSize,
      learningRate: learningRate ?? others.learningRate, seed: seed ?? others.seed)
  }

  /// The settings of a new run, or those of the run that began with `begun`, of which only the numbers
  /// of steps may differ.
  private func settings(resuming begun: EnlargementSettings?) throws -> EnlargementSettings {
    guard let begun else { return settings(from: Self.defaults) }
    try SessionError.checkAgreement("batch-size", batchSize, begun.batchSize)
    try SessionError.checkAgreement("image-size", imageSize, begun.imageSize)
    try SessionError.checkAgreement("learning-rate", learningRate, begun.learningRate)
    try SessionError.checkAgreement("seed", seed, begun.seed)
    return settings(from: begun)
  }
}
