import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// One call of a command that trains: sets a run up or takes it up again, and leads it to its end.
struct TrainingSession {
  let plan: TrainingPlan
  let trainer: StyleTrainer
  let reportPath: String
  let settings: TrainingSettings
  let manifest: RunFolder.Manifest
  let dataset: ImageDataset
  let preview: PreviewSheet
  let log: TrainingLog
  /// Keeps others out of the folder.
  private let lock: ProcessLock
  /// Indicates whether the run was begun before and is taken up again.
  let isResumed: Bool

  var folder: RunFolder { plan.folder }
  var console: Console { plan.console }

  /// Reads all else that `plan` needs, so that every mistake shows before the first step, and
  /// begins to write only then.
  init(_ plan: TrainingPlan) throws {
    self.plan = plan
    reportPath = plan.run.report ?? plan.folder.report
    if let report = plan.run.report { try Folder.checkWritable(report, option: "--report") }
    let (training, validation) = try plan.photos.datasets()
    dataset = training

    // What another run is about to change is not read.
    let held = plan.folder.isUsed ? try plan.folder.lock() : nil
    let begun = plan.run.resume ? try plan.folder.readManifest() : nil
    isResumed = begun != nil
    if begun == nil { try Self.checkUnused(plan) }
    let compute = try begun.map(plan.compute.resuming) ?? plan.compute
    let (backend, scalarType) = try compute.engine()
    settings = try plan.settings(begun?.settings)
    let rows = try plan.rows(resuming: begun)
    let architecture = try plan.architecture(resuming: begun)
    try Self.check(settings, fit: architecture ?? plan.origin?.network.architecture)
    try Self.checkFree(rows, of: settings)
    let hasState = try begun != nil && Self.hasState(plan)
    var manifest = RunFolder.Manifest(
      settings: settings, styles: plan.sources.map(RunFolder.Style.init),
      from: plan.origin?.fingerprint ?? (hasState ? begun?.from : nil),
      architecture: architecture.flatMap { $0 == .published ? nil : $0.json }, rows: rows,
      photos: dataset.fingerprint, precision: scalarType == .bfloat16 ? .bf16 : .f32,
      backend: compute.backend ?? .onednn, threads: backend.threads.count)
    if let begun {
      try Self.check(manifest, continues: begun, plan: plan)
      try Self.checkKept(plan)
    }

    let lossNetwork = try VGG19()
    if hasState {
      trainer = try StyleTrainer(
        resuming: plan.folder.state, styles: plan.sources, settings: settings,
        lossNetwork: lossNetwork, backend: backend, scalarType: scalarType)
    } else if let goal = plan.rowGoal, goal.isPhoto {
      trainer = try StyleTrainer(
        addingPhotoRowTo: goal.model, settings: settings, lossNetwork: lossNetwork,
        backend: backend, scalarType: scalarType)
    } else if let origin = plan.origin, let rows {
      trainer = try StyleTrainer(
        adding: plan.sources, to: origin, settings: settings, blendSteps: rows.blendSteps,
        lossNetwork: lossNetwork, backend: backend, scalarType: scalarType)
    } else if let origin = plan.origin {
      trainer = try StyleTrainer(
        from: origin, styles: plan.sources, settings: settings, lossNetwork: lossNetwork,
        backend: backend, scalarType: scalarType)
    } else {
      trainer = try StyleTrainer(
        styles: plan.sources, settings: settings, architecture: architecture ?? .published,
        lossNetwork: lossNetwork, backend: backend, scalarType: scalarType)
    }
    guard settings.steps >= trainer.completedSteps else {
      throw ValidationError(
        """
        --steps \(settings.steps): this run has done \(trainer.completedSteps) steps already; \
        name as many or more
        """)
    }
    try Self.checkSpace(for: trainer, plan)
    manifest.arithmetic = Self.stretches(begun?.arithmetic, completedSteps: trainer.completedSteps)
    self.manifest = manifest
    preview = PreviewSheet(
      photos: validation, paintings: plan.sources.map(\.painting), styles: plan.names,
      size: settings.largestImageSize, backend: backend, scalarType: scalarType)

    lock = try held ?? plan.folder.lock()
    // Another may have begun and ended meanwhile.
    if begun == nil { try Self.checkUnused(plan) }
    // Also when going on, so that the next --resume keeps the steps and learning rate given here.
    if manifest != begun { try plan.folder.write(manifest) }
    log = try TrainingLog(path: plan.folder.losses, keepingSteps: trainer.completedSteps)
  }

  /// Trains until all steps are done or a signal asks to stop, and saves.
  func run() throws {
    try StopSignal.caught { stop in
      let loader = trainer.loader(of: dataset)
      announce()
      var bar = ProgressBar(
        total: settings.steps, completed: trainer.completedSteps, console: console)
      let trained = Result { try train(on: loader, until: stop, bar: &bar) }
      bar.clear()
      guard trainer.completedSteps > 0 else {
        // What has learned nothing would paint nothing.
        if !isResumed { folder.remove() }
        try trained.get()
        throw stop.interruption(.interrupted(plan.output))
      }
      try trained.get()
      writeReport(skipped: loader.skipped)
      if isFinished { try addRows() }
      loader.warnings.forEach(console.warn)
      try conclude(skipped: loader.skipped)
      if !isFinished { throw stop.interruption() }
    }
  }

  private func train(
    on loader: BatchLoader, until stop: StopSignal, bar: inout ProgressBar
  ) throws(TrainingError) {
    let clock = ContinuousClock()
    var speed = Speed()
    // A run that was killed between the two files has a checkpoint that is older than its state.
    var saved = (step: 0, time: clock.now)
    do throws(TrainingError) {
      try trainer.train(with: loader, while: { !stop.isRaised }) {
        losses, photoCount throws(TrainingError) in
        speed.count(photoCount)
        try log.append(.init(losses: losses, imagesPerSecond: speed.latest))
        bar.update(losses.step, Self.status(losses, speed.smoothed))
        let isShown = losses.step % plan.run.previewEvery == 0 || losses.step == settings.steps
        // Before the save, so that a run that is killed between them paints the sheet again.
        if isShown { bar.aside { show(skipped: loader.skipped) } }
        if isShown || losses.step % plan.run.checkpointEvery == 0
          || clock.now - saved.time >= plan.run.checkpointInterval
        {
          try save()
          saved = (losses.step, clock.now)
        }
        speed.restart()
      }
      if saved.step != trainer.completedSteps { try save() }
    } catch {
      // What leads to a divergence is worse than the last checkpoint; all else is worth keeping.
      if case .diverged = error { throw error }
      if saved.step != trainer.completedSteps { try? save() }
      throw error
    }
  }

  /// Paints a contact sheet and renews the report, which are no reason to end a run.
  private func show(skipped: [SkippedPhoto]) {
    do {
      try preview.image(of: trainer.model).write(to: folder.sheet(trainer.completedSteps))
    } catch {
      console.note("no contact sheet of step \(trainer.completedSteps): \(error)")
    }
    writeReport(skipped: skipped)
  }

  private func writeReport(skipped: [SkippedPhoto]) {
    do {
      try report(skipped).write(to: reportPath)
    } catch {
      console.note("the report is not up to date: \(error)")
    }
  }

  private func save() throws(TrainingError) {
    try trainer.saveState(to: folder.state)
    // What rows are added to changes only once all is done.
    guard plan.rowGoal == nil else { return }
    do { try trainer.model.write(to: plan.output) } catch { throw .model(error) }
  }
}

// MARK: - Adding rows

extension TrainingSession {
  var isFinished: Bool { trainer.completedSteps >= trainer.settings.steps }

  /// Writes the checkpoint that rows are added to, as it is now, with the trained rows: what was
  /// added to it meanwhile is kept.
  private func addRows() throws {
    guard let goal = plan.rowGoal else { return }
    let trained = trainer.model
    try StyleModel.edit(goal.checkpoint, savingTo: plan.isInPlace ? nil : plan.output) { model in
      guard model.fingerprint == trained.fingerprint else {
        throw CommandError.networkChanged(goal.checkpoint, run: plan.folder.path)
      }
      if goal.isPhoto { return model.takingPhotoRow(of: trained) }
      return try goal.names.reduce(model) { try $0.adding(trained.style(named: $1)) }
    }
  }
}
