import ImpastoCompute
import ImpastoFiles
public import ImpastoNetworks
import ImpastoTensors
public import ImpastoTraining

/// The plan of the training of a network that enlarges.
public struct EnlargementTrainingPlan {
  let content: String
  /// The checkpoint to write.
  public let output: String
  let settings: (_ begun: EnlargementSettings?) throws -> EnlargementSettings
  let compute: ComputeSettings
  let resumes: Bool

  /// Plans a run.
  ///
  /// - Parameters:
  ///   - content: The folder of photos to train on.
  ///   - output: The checkpoint to write.
  ///   - settings: Called with the settings that the run to go on with began with, or nil for a new
  ///     one; returns those to train with. Only numbers of steps may differ.
  ///   - resumes: Whether a run that was begun before goes on.
  public init(
    content: String, output: String,
    settings: @escaping (_ begun: EnlargementSettings?) throws -> EnlargementSettings,
    compute: ComputeSettings = ComputeSettings(), resumes: Bool = false
  ) {
    (self.content, self.output, self.settings) = (content, output, settings)
    (self.compute, self.resumes) = (compute, resumes)
  }

  /// The folder of all that belongs to the run.
  public var folder: RunFolder { RunFolder(checkpoint: output) }
}

/// The training of a network that enlarges, from its beginning or from where it was left to its end.
///
/// As with ``TrainingSession``, whatever ends a run, it can go on from its last save to the result of a
/// run without interruption, bit for bit.
public final class EnlargementTraining {
  /// The plan of the run.
  public let plan: EnlargementTrainingPlan
  /// The network in training.
  public let trainer: EnlargementTrainer
  /// The photos that are trained on.
  public let dataset: ImageDataset
  /// The photos that were skipped so far.
  public private(set) var skipped: [SkippedPhoto] = []
  /// The warnings about photos so far, as sentences that name the file.
  public private(set) var warnings: [String] = []
  private let log: TrainingLog
  private let isResumed: Bool
  private let lock: ProcessLock

  /// The manifest of such a run.
  private struct Manifest: BegunRun {
    var settings: EnlargementSettings
    /// The fingerprint of the photos trained on.
    var photos: String
    var precision: ComputeSettings.Precision
    var backend: ComputeSettings.Backend
    var threads: Int

    func checkSettings() throws(TrainingError) { try settings.check() }
  }

  /// The number of steps between two saves, and the longest time.
  private static let saving = (steps: 500, interval: Duration.seconds(300))

  /// Reads all that `plan` needs, so that every mistake shows before the first step, and begins to write
  /// only then.
  ///
  /// - Parameter lossNetwork: Nil for the one in its usual place.
  /// - Throws: ``SessionError``, or the error of a module below.
  public init(_ plan: EnlargementTrainingPlan, lossNetwork: VGG19? = nil) throws {
    self.plan = plan
    let folder = plan.folder
    dataset = try ImageDataset(folder: plan.content)
    try Folder.checkWritable(plan.output)
    let held = folder.isUsed ? try folder.lock() : nil
    let begun: Manifest? = plan.resumes ? try folder.read() : nil
    isResumed = begun != nil
    if begun == nil { try Self.checkUnused(plan) }
    let compute = try begun.map { try plan.compute.resuming($0) } ?? plan.compute
    let (backend, scalarType) = try compute.engine()
    let settings = try plan.settings(begun?.settings)
    try settings.check()
    let manifest = Manifest(
      settings: settings, photos: dataset.fingerprint,
      precision: scalarType == .bfloat16 ? .bf16 : .f32, backend: compute.backend ?? .onednn,
      threads: backend.threads.count)
    guard begun == nil || begun?.photos == manifest.photos else {
      throw SessionError.photosChanged(plan.content)
    }
    let lossNetwork = settings.looksSteps > 0 ? try lossNetwork ?? VGG19() : nil
    trainer =
      begun != nil && folder.hasState
      ? try EnlargementTrainer(
        resuming: folder.state, settings: settings, lossNetwork: lossNetwork, backend: backend,
        scalarType: scalarType)
      : try EnlargementTrainer(
        settings: settings, lossNetwork: lossNetwork, backend: backend, scalarType: scalarType)
    lock = try held ?? folder.lock()
    // Another may have begun and ended meanwhile.
    if begun == nil { try Self.checkUnused(plan) }
    try folder.write(manifest)
    log = try TrainingLog(path: folder.losses, keepingSteps: trainer.completedSteps)
  }

  /// Refuses to begin a run where it would destroy something.
  private static func checkUnused(_ plan: EnlargementTrainingPlan) throws(SessionError) {
    if plan.folder.hasState { throw .runExists(plan.folder.path) }
    if FileStatus.exists(plan.output) { throw .outputExists(plan.output) }
  }

  /// Indicates whether all steps are done.
  public var isFinished: Bool { trainer.completedSteps >= trainer.settings.allSteps }

  /// The losses of the latest step that the run has done.
  public var losses: StepRecord? { log.records.last?.losses }

  /// Trains until all steps are done or `goesOn` says no, and saves.
  ///
  /// A run that was begun now and has done no step leaves nothing behind.
  ///
  /// - Parameters:
  ///   - goesOn: Asked before each step, and while its photos are waited for, whether to go on.
  ///   - body: Called with the losses of each step and a smoothed speed.
  public func run(
    while goesOn: () -> Bool = { true },
    _ body: (_ losses: StepRecord, _ imagesPerSecond: Double) -> Void = { _, _ in }
  ) throws {
    let loader = trainer.loader(of: dataset)
    defer { (warnings, skipped) = (loader.warnings, loader.skipped) }
    let clock = ContinuousClock()
    var speed = Speed()
    var saved = (step: trainer.completedSteps, time: clock.now)
    try trainer.train(with: loader, while: goesOn) { losses, count throws(TrainingError) in
      speed.count(count)
      try log.append(.init(losses: losses, imagesPerSecond: speed.latest))
      body(losses, speed.smoothed)
      if losses.step % Self.saving.steps == 0 || clock.now - saved.time >= Self.saving.interval {
        try save()
        saved = (losses.step, clock.now)
      }
      speed.restart()
    }
    guard trainer.completedSteps > 0 else {
      if !isResumed { plan.folder.remove() }
      return
    }
    if saved.step != trainer.completedSteps || !FileStatus.exists(plan.output) { try save() }
  }

  private func save() throws(TrainingError) {
    try trainer.saveState(to: plan.folder.state)
    do { try trainer.model.write(to: plan.output) } catch { throw .model(error) }
  }
}
