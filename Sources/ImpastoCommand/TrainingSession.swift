import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// One call of `impasto train`: sets a run up or takes it up again, and leads it to its end.
struct TrainingSession {
  private let folder: RunFolder
  private let checkpoint: String
  private let reportPath: String
  private let checkpointInterval: Int
  private let previewInterval: Int
  private let settings: TrainingSettings
  private let beginning: RunFolder.Beginning
  private let sources: [StyleSource]
  private let dataset: ImageDataset
  private let preview: PreviewSheet
  private let trainer: StyleTrainer
  private let log: TrainingLog
  private let console: Console

  /// Reads all that `command` names, so that every mistake shows before the first step.
  init(command: TrainCommand) throws {
    console = command.shown.console
    checkpoint = command.output
    folder = RunFolder(checkpoint: checkpoint)
    reportPath = command.report ?? folder.report
    checkpointInterval = command.checkpointEvery
    previewInterval = command.previewEvery

    let names = command.styleNames?.split(separator: ",").map(String.init)
    sources = try StyleFolder(command.styles).sources(named: names)
    let (training, validation) = try Self.photos(of: command)
    dataset = training

    let begun = command.resume ? try folder.readBeginning() : nil
    if begun == nil { try Self.checkUnused(folder, checkpoint: checkpoint) }
    let compute = try begun.map(command.compute.resuming) ?? command.compute
    let (backend, scalarType) = try compute.engine()
    settings =
      try begun.map { try command.training.settings(resuming: $0.settings) }
      ?? command.training.settings
    let hasState = try begun != nil && Self.hasState(folder, checkpoint: checkpoint)
    let origin = try command.from.map(StyleModel.init(contentsOf:))
    beginning = RunFolder.Beginning(
      settings: settings, styles: sources.map(RunFolder.Style.init),
      from: origin?.fingerprint ?? (hasState ? begun?.from : nil), photos: dataset.fingerprint,
      precision: scalarType == .bfloat16 ? .bf16 : .f32, backend: compute.backend ?? .onednn,
      threads: backend.threads.count)
    if let begun { try Self.check(beginning, continues: begun, command: command) }

    let lossNetwork = try VGG19()
    if hasState {
      trainer = try StyleTrainer(
        resuming: folder.state, styles: sources, settings: settings, lossNetwork: lossNetwork,
        backend: backend, scalarType: scalarType)
    } else if let origin {
      trainer = try StyleTrainer(
        from: origin, styles: sources, settings: settings, lossNetwork: lossNetwork,
        backend: backend, scalarType: scalarType)
    } else {
      trainer = try StyleTrainer(
        styles: sources, settings: settings, lossNetwork: lossNetwork, backend: backend,
        scalarType: scalarType)
    }
    guard settings.steps >= trainer.completedSteps else {
      throw ValidationError(
        """
        --steps \(settings.steps): this run has done \(trainer.completedSteps) steps already; \
        name as many or more
        """)
    }
    // Also when going on, so that the next --resume keeps the steps and learning rate given here.
    if beginning != begun { try folder.write(beginning) }
    log = try TrainingLog(path: folder.losses, keepingSteps: trainer.completedSteps)
    preview = PreviewSheet(
      photos: validation, sources: sources, size: settings.imageSize, backend: backend,
      scalarType: scalarType)
  }

  /// Trains until all steps are done or the user asks to stop, and saves.
  func run() throws {
    let loader = BatchLoader(
      dataset: dataset, batchSize: settings.batchSize, imageSize: settings.imageSize,
      seed: settings.seed, firstStep: trainer.completedSteps)
    // Written before the first step, so that a path that cannot be written shows at once.
    try report([]).write(to: reportPath)
    announce()
    var bar = ProgressBar(
      total: settings.steps, completed: trainer.completedSteps, console: console)
    do {
      try train(on: loader, bar: &bar)
    } catch {
      bar.clear()
      throw error
    }
    bar.clear()
    writeReport(skipped: loader.skipped)
    try conclude(skipped: loader.skipped)
  }

  private func train(on loader: BatchLoader, bar: inout ProgressBar) throws {
    let stop = StopSignal()
    var speed = Speed()
    var savedStep: Int?
    do {
      while trainer.completedSteps < settings.steps, !stop.isRaised {
        let batch = try loader.next()
        let losses = try trainer.step(batch)
        speed.count(batch.photos.count)
        try log.append(.init(losses: losses, imagesPerSecond: speed.latest))
        bar.update(losses.step, Self.status(losses, speed.smoothed))
        let isShown = losses.step % previewInterval == 0 || losses.step == settings.steps
        if isShown || losses.step % checkpointInterval == 0 {
          try save()
          savedStep = losses.step
        }
        if isShown { bar.aside { show(skipped: loader.skipped) } }
        speed.restart()
      }
      if savedStep != trainer.completedSteps { try save() }
    } catch {
      // What leads to a divergence is worse than the last checkpoint; all else is worth keeping.
      if case TrainingError.diverged = error { throw error }
      if savedStep != trainer.completedSteps { try? save() }
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

  private func save() throws {
    try trainer.saveState(to: folder.state)
    try trainer.model.write(to: checkpoint)
  }
}

// MARK: - Words

extension TrainingSession {
  private struct Result: Encodable {
    var checkpoint, report: String
    var steps: Int
    var finished: Bool
    var losses: StepRecord?
    var skipped: [SkippedPhoto]
  }

  private func announce() {
    let from = trainer.completedSteps > 0 ? ", going on after step \(trainer.completedSteps)" : ""
    console.note(
      """
      \(sources.count.of("style")), \(dataset.count.of("photo")), \(settings.steps.of("step")) of \
      \(settings.batchSize) at \(settings.imageSize)²\(from)
      """)
    for reason in preview.skipped { console.note("not on the contact sheets: \(reason)") }
    console.detail(
      """
      \(beginning.backend), \(beginning.precision), \(beginning.threads.of("thread")); \
      \(folder.path)
      """)
  }

  private static func status(_ losses: StepRecord, _ speed: Double) -> String {
    var text = String(format: "%.1f images/s  loss %.2f", speed, losses.total)
    if let content = losses.content { text += String(format: "  content %.2f", content) }
    if let style = losses.style { text += String(format: "  style %.3f", style) }
    return text
  }

  private func conclude(skipped: [SkippedPhoto]) throws {
    if !skipped.isEmpty {
      console.note("skipped \(skipped.count.of("photo")):")
      for photo in skipped { console.note("  \(photo.reason)") }
    }
    let isFinished = trainer.completedSteps >= settings.steps
    if console.isJSON {
      return try console.result(
        json: Result(
          checkpoint: checkpoint, report: reportPath, steps: trainer.completedSteps,
          finished: isFinished, losses: log.records.last?.losses, skipped: skipped))
    }
    console.result(
      isFinished
        ? "\(checkpoint)  \(trainer.completedSteps.of("step"))"
        : "\(checkpoint)  stopped after step \(trainer.completedSteps); go on with --resume")
    console.result(reportPath)
  }

  private func report(_ skipped: [SkippedPhoto]) -> TrainingReport {
    let steps = folder.sheetSteps(upTo: trainer.completedSteps)
    let shown = steps.count > 8 ? (0..<8).map { steps[($0 * (steps.count - 1)) / 7] } : steps
    // A sheet that someone has damaged is left out.
    let sheets = shown.compactMap { step in
      (try? Image(contentsOf: folder.sheet(step)).encoded(as: .jpeg, quality: 85))
        .map { TrainingReport.Sheet(step: step, jpeg: $0) }
    }
    return TrainingReport(
      title: (checkpoint as NSString).lastPathComponent, settings: settingsTable,
      styles: sources.map { ($0.description.name, $0.description.title) }, records: log.records,
      sheets: sheets, skipped: skipped)
  }

  private var settingsTable: [(name: String, value: String)] {
    [
      ("steps", "\(settings.steps)"), ("batch size", "\(settings.batchSize)"),
      ("image size", "\(settings.imageSize)"), ("style size", "\(settings.styleSize)"),
      ("content weight", "\(settings.contentWeight)"),
      ("style weight", "\(settings.styleWeight)"),
      ("total variation weight", "\(settings.totalVariationWeight)"),
      ("learning rate", "\(settings.learningRate)"), ("seed", "\(settings.seed)"),
      ("begun with", beginning.from ?? "random weights"),
      ("photos", "\(dataset.count)"), ("fingerprint of the photos", dataset.fingerprint),
      ("backend", beginning.backend.rawValue), ("precision", beginning.precision.rawValue),
      ("threads", "\(beginning.threads)"),
    ]
  }
}
