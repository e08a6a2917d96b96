import Foundation
import ImpastoCluster
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
public import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
public import ImpastoTraining

/// A training run from its beginning, or from where it was left, to its end: trains, saves, paints
/// contact sheets and reports.
///
/// Whatever ends a run, it can go on from its last save to the result of a run without interruption,
/// bit for bit. A run that is stopped saves before it ends.
public final class TrainingSession {
  /// The plan of the run.
  public let plan: TrainingPlan
  /// The network and rows in training.
  public let trainer: StyleTrainer
  /// The settings of the run.
  public let settings: TrainingSettings
  /// The manifest of the run: what it began with.
  public let manifest: RunManifest
  /// The photos that are trained on.
  public let dataset: ImageDataset
  /// The file of the report.
  public let reportPath: String
  /// Indicates whether the run was begun before and goes on.
  public let isResumed: Bool
  /// The warnings about photos so far, as sentences that name the file.
  public private(set) var warnings: [String]
  /// The photos that were skipped so far.
  public private(set) var skipped: [SkippedPhoto] = []
  /// The reasons why photos are not on the contact sheets.
  public let previewOmissions: [String]
  /// The files of the run, on the rank that writes them.
  private let files: Files?

  /// The files of a run that is at work, and the painter of its contact sheets.
  private struct Files {
    let log: TrainingLog
    let preview: PreviewSheet
    /// Keeps others out of the folder.
    let lock: ProcessLock
  }

  /// The folder of all that belongs to the run.
  public var folder: RunFolder { plan.folder }

  /// Reads all else that `plan` needs, so that every mistake shows before the first step, and
  /// begins to write only then.
  ///
  /// - Parameter lossNetwork: Nil for the one in its usual place.
  /// - Throws: ``SessionError``, or the error of a module below.
  public convenience init(_ plan: TrainingPlan, lossNetwork: VGG19? = nil) throws {
    try self.init(plan, lossNetwork: lossNetwork, meeting: nil)
  }

  /// The same for one of the ranks that share the run, all of which prepare it at the same time.
  ///
  /// - Parameter meeting: Nil where this process trains alone.
  package init(_ plan: TrainingPlan, lossNetwork: VGG19? = nil, meeting: RankMeeting?) throws {
    self.plan = plan
    try plan.saving.check()
    let ranks = meeting?.ranks
    let isFirst = ranks?.isFirst ?? true
    let folder = plan.folder
    reportPath = plan.saving.report ?? folder.report
    if isFirst, let report = plan.saving.report {
      try Folder.checkWritable(report, setting: "report")
    }
    let (training, validation) = try plan.photos.datasets()
    dataset = training

    // What another run is about to change is not read.
    let held = isFirst && folder.isUsed ? try folder.lock() : nil
    let begun = plan.resumes ? try folder.readManifest() : nil
    isResumed = begun != nil
    if begun == nil { try plan.checkUnused() }
    let compute =
      try begun.map { try plan.compute.resuming($0) }
      ?? plan.compute.shared(by: ranks?.localSize ?? 1)
    let (backend, scalarType) = try compute.engine()
    settings = try plan.settings(begun?.settings)
    let rows = try plan.rows(resuming: begun)
    let architecture = try plan.architecture(resuming: begun)
    try settings.check(fit: architecture ?? plan.origin?.network.architecture)
    try settings.check(fit: plan.teacher?.network.architecture)
    try settings.checkFree(of: rows)
    try settings.check(ranks)
    let gradients =
      ranks == nil ? begun?.arithmetic?.last?.gradients : RunManifest.Stretch.Gradients.photo
    try settings.checkMemory(
      for: architecture ?? plan.origin?.network.architecture ?? .steady, scalarType,
      photosAtOnce: gradients == .photo ? 1 : nil,
      free: Memory().available.map { $0 / (ranks?.localSize ?? 1) })
    let hasState = try begun != nil && plan.hasState()
    var manifest = RunManifest(
      settings: settings, styles: plan.sources.map(RunManifest.Style.init),
      from: plan.origin?.fingerprint ?? (hasState ? begun?.from : nil),
      teacher: plan.teacher?.fingerprint,
      architecture: architecture.flatMap { $0 == .published ? nil : $0.json }, rows: rows,
      photos: dataset.fingerprint, precision: scalarType == .bfloat16 ? .bf16 : .f32,
      backend: compute.backend ?? .onednn, threads: backend.threads.count)
    if let begun {
      try plan.check(manifest, continues: begun)
      try plan.checkKept()
    }

    let lossNetwork = try lossNetwork ?? VGG19()
    trainer = try plan.trainer(
      settings: settings, rows: rows, architecture: architecture, hasState: hasState,
      lossNetwork: lossNetwork, backend: backend, scalarType: scalarType)
    guard settings.steps >= trainer.completedSteps else {
      throw SessionError.tooFewSteps(settings.steps, completed: trainer.completedSteps)
    }
    try plan.checkSpace(for: trainer)
    manifest.arithmetic = RunManifest.stretches(
      begun?.arithmetic, completedSteps: trainer.completedSteps, gradients: gradients)
    self.manifest = manifest
    if gradients == .photo { trainer.share(with: ranks ?? .alone) }
    try meeting?.agree(on: Self.facts(of: manifest, trainer, lossNetwork))
    guard isFirst else {
      (files, warnings, previewOmissions) = (nil, [], [])
      return
    }

    let preview = PreviewSheet(
      photos: validation, paintings: plan.sources.map(\.painting), styles: plan.names,
      size: settings.largestImageSize, backend: backend, scalarType: scalarType)
    (warnings, previewOmissions) = (preview.warnings, preview.skipped)
    if let warning = plan.warning(aboutSmall: dataset, size: settings.largestImageSize) {
      warnings.append(warning)
    }
    let lock = try held ?? folder.lock()
    // Another may have begun and ended meanwhile.
    if begun == nil { try plan.checkUnused() }
    // Also when going on, so that the next time keeps the steps and learning rate given here.
    if manifest != begun { try folder.write(manifest) }
    files = Files(
      log: try TrainingLog(path: folder.losses, keepingSteps: trainer.completedSteps),
      preview: preview, lock: lock)
  }

  /// All that the result of the run depends on.
  private static func facts(
    of manifest: RunManifest, _ trainer: StyleTrainer, _ lossNetwork: VGG19
  ) throws -> Facts {
    var facts = try Facts(manifest)
    // Too long for words, and missing where a network is trained on.
    facts.values["architecture"] = SHA256Digest.hexadecimal(
      of: Data(trainer.model.network.architecture.json.utf8))
    facts.values["loss_network"] = lossNetwork.fingerprint
    facts.values["state"] = trainer.fingerprint
    return facts
  }

  /// The losses of all steps that the run has done.
  var records: [TrainingLog.Record] { files?.log.records ?? [] }

  /// Indicates whether all steps are done.
  public var isFinished: Bool { trainer.completedSteps >= trainer.settings.steps }

  /// The losses of the latest step that the run has done.
  public var losses: StepRecord? { records.last?.losses }

  /// An event of a run that is at work.
  public enum Event: Sendable {
    /// A step is done, at a speed that is smoothed over about twenty steps.
    case step(StepRecord, imagesPerSecond: Double)
    /// A contact sheet has been written to a file.
    case sheet(String)
    /// A contact sheet or the report could not be renewed, for the reason in the sentence.
    case note(String)
  }

  /// Trains until all steps are done or `goesOn` says no, and saves.
  ///
  /// A run that was begun now and has done no step leaves nothing behind.
  ///
  /// - Parameters:
  ///   - goesOn: Asked before each step, and while its photos are waited for, whether to go on.
  ///   - body: Called with each event.
  /// - Throws: ``SessionError/networkChanged(_:run:)``, or the error of a module below.
  public func run(
    while goesOn: () -> Bool = { true }, _ body: (Event) -> Void = { _ in }
  ) throws {
    let loader = trainer.loader(of: dataset)
    let before = warnings
    defer { (warnings, skipped) = (before + loader.warnings, loader.skipped) }
    let trained = Result { try train(on: loader, while: goesOn, body) }
    guard trainer.completedSteps > 0 else {
      // What has learned nothing would paint nothing.
      if !isResumed, files != nil { folder.remove() }
      return try trained.get()
    }
    try trained.get()
    guard files != nil else { return }
    writeReport(skipped: loader.skipped, body)
    if isFinished { try addRows() }
  }

  private func train(
    on loader: BatchLoader, while goesOn: () -> Bool, _ body: (Event) -> Void
  ) throws(TrainingError) {
    let clock = ContinuousClock()
    var speed = Speed()
    // A run that was killed between the two files has a checkpoint that is older than its state.
    var saved = (step: 0, time: clock.now)
    do throws(TrainingError) {
      try trainer.train(with: loader, while: goesOn) {
        losses, photoCount throws(TrainingError) in
        guard let files else { return }
        speed.count(photoCount)
        try files.log.append(.init(losses: losses, imagesPerSecond: speed.latest))
        body(.step(losses, imagesPerSecond: speed.smoothed))
        let isShown = losses.step % plan.saving.previewSteps == 0 || losses.step == settings.steps
        // Before the save, so that a run that is killed between them paints the sheet again.
        if isShown { show(files.preview, skipped: loader.skipped, body) }
        if isShown || losses.step % plan.saving.steps == 0
          || clock.now - saved.time >= plan.saving.interval
        {
          try save()
          saved = (losses.step, clock.now)
        }
        speed.restart()
      }
      if saved.step != trainer.completedSteps { try save() }
    } catch {
      // What leads to a divergence is worse than the last checkpoint; all else is worth keeping.
      switch error {
      case .diverged, .ranksDiverged: throw error
      default: break
      }
      if saved.step != trainer.completedSteps { try? save() }
      throw error
    }
  }

  /// Paints a contact sheet and renews the report, which are no reason to end a run.
  private func show(
    _ preview: PreviewSheet, skipped: [SkippedPhoto], _ body: (Event) -> Void
  ) {
    do {
      let path = folder.sheet(trainer.completedSteps)
      try preview.image(of: trainer.model).write(to: path)
      body(.sheet(path))
    } catch {
      body(.note("no contact sheet of step \(trainer.completedSteps): \(error)"))
    }
    writeReport(skipped: skipped, body)
  }

  private func writeReport(skipped: [SkippedPhoto], _ body: (Event) -> Void) {
    do {
      try report(skipped).write(to: reportPath)
    } catch {
      body(.note("the report is not up to date: \(error)"))
    }
  }

  private func save() throws(TrainingError) {
    guard files != nil else { return }
    try trainer.saveState(to: folder.state)
    // What rows are added to changes only once all is done.
    guard plan.rowGoal == nil else { return }
    do { try trainer.model.write(to: plan.output) } catch { throw .model(error) }
  }

  /// Writes the checkpoint that rows are added to, as it is now, with the trained rows: what was
  /// added to it meanwhile is kept.
  private func addRows() throws {
    guard let goal = plan.rowGoal else { return }
    let trained = trainer.model
    try StyleModel.edit(goal.checkpoint, savingTo: plan.isInPlace ? nil : plan.output) { model in
      guard model.fingerprint == trained.fingerprint else {
        throw SessionError.networkChanged(goal.checkpoint, run: folder.path)
      }
      if goal.isPhoto { return model.takingPhotoRow(of: trained) }
      return try goal.names.reduce(model) { try $0.adding(trained.style(named: $1)) }
    }
  }
}
