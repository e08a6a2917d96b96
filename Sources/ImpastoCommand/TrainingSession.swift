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

    let begun = command.resume ? try Self.beginning(of: folder) : nil
    if !command.resume { try Self.checkUnused(folder, checkpoint: checkpoint) }
    let compute = begun.map(command.compute.resuming) ?? command.compute
    let (backend, scalarType) = try compute.engine()
    settings =
      try begun.map { try command.training.settings(resuming: $0.settings) }
      ?? command.training.settings
    beginning = RunFolder.Beginning(
      settings: settings, styles: sources.map(\.description.name), photos: dataset.fingerprint,
      precision: scalarType.rawValue, backend: backend.name, threads: backend.threads.count)
    if let begun { try Self.check(beginning, continues: begun, command: command) }

    let lossNetwork = try VGG19()
    trainer =
      folder.hasState && begun != nil
      ? try StyleTrainer(
        resuming: folder.state, styles: sources, settings: settings, lossNetwork: lossNetwork,
        backend: backend, scalarType: scalarType)
      : try StyleTrainer(
        styles: sources, settings: settings, lossNetwork: lossNetwork, backend: backend,
        scalarType: scalarType)
    if begun == nil { try folder.begin(beginning) }
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
    try report(loader.skipped).write(to: reportPath)
    try conclude(skipped: loader.skipped)
  }

  private func train(on loader: BatchLoader, bar: inout ProgressBar) throws {
    let stop = StopSignal()
    var speed = Speed()
    var savedStep: Int?
    while trainer.completedSteps < settings.steps, !stop.isRaised {
      let batch = try loader.next()
      let losses = try trainer.step(batch)
      speed.count(batch.photos.count)
      try log.append(.init(losses: losses, imagesPerSecond: speed.latest))
      bar.update(losses.step, Self.status(losses, speed.smoothed))
      if losses.step % checkpointInterval == 0 {
        try save()
        savedStep = losses.step
      }
      if losses.step % previewInterval == 0 || losses.step == settings.steps {
        try preview.image(of: trainer.model).write(to: folder.sheet(losses.step))
        try report(loader.skipped).write(to: reportPath)
      }
      speed.restart()
    }
    if savedStep != trainer.completedSteps { try save() }
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
      \(sources.count) styles, \(dataset.count) photos, \(settings.steps) steps of \
      \(settings.batchSize) at \(settings.imageSize)²\(from)
      """)
    console.detail(
      "\(beginning.backend), \(beginning.precision), \(beginning.threads) threads; \(folder.path)")
  }

  private static func status(_ losses: StepRecord, _ speed: Double) -> String {
    String(
      format: "%.1f images/s  loss %.2f  content %.2f  style %.3f", speed, losses.total,
      losses.content, losses.style)
  }

  private func conclude(skipped: [SkippedPhoto]) throws {
    let isFinished = trainer.completedSteps >= settings.steps
    if console.isJSON {
      return try console.result(
        json: Result(
          checkpoint: checkpoint, report: reportPath, steps: trainer.completedSteps,
          finished: isFinished, losses: log.records.last?.losses, skipped: skipped))
    }
    for photo in skipped { console.note("skipped \(photo.reason)") }
    console.result(
      isFinished
        ? "\(checkpoint)  \(trainer.completedSteps) steps"
        : "\(checkpoint)  stopped after step \(trainer.completedSteps); go on with --resume")
    console.result(reportPath)
  }

  private func report(_ skipped: [SkippedPhoto]) throws -> TrainingReport {
    let steps = folder.sheetSteps(upTo: trainer.completedSteps)
    let shown = steps.count > 8 ? (0..<8).map { steps[($0 * (steps.count - 1)) / 7] } : steps
    let sheets = try shown.map { step in
      let image = try Image(contentsOf: folder.sheet(step))
      return TrainingReport.Sheet(step: step, jpeg: try image.encoded(as: .jpeg, quality: 85))
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
      ("photos", "\(dataset.count)"), ("fingerprint of the photos", dataset.fingerprint),
      ("backend", beginning.backend), ("precision", beginning.precision),
      ("threads", "\(beginning.threads)"),
    ]
  }
}

// MARK: - Checks

extension TrainingSession {
  /// The photos to train on and those to look at, which are held out where there are enough.
  private static func photos(
    of command: TrainCommand
  ) throws -> (training: ImageDataset, validation: ImageDataset) {
    let all = try ImageDataset(folder: command.content)
    if let validation = command.validation {
      return (all, try ImageDataset(folder: validation))
    }
    let heldOut = min(PreviewSheet.photoCount, all.count / 8)
    return heldOut > 0 ? all.holdingOut(heldOut) : (all, all)
  }

  private static func checkUnused(_ folder: RunFolder, checkpoint: String) throws(CommandError) {
    // A run that ended before its first checkpoint has left nothing to protect.
    if folder.hasState { throw .runExists(folder.path) }
    if FileManager.default.fileExists(atPath: checkpoint) { throw .outputExists(checkpoint) }
  }

  private static func beginning(of folder: RunFolder) throws -> RunFolder.Beginning {
    guard folder.isUsed else { throw CommandError.noRun(folder.path) }
    return try folder.readBeginning()
  }

  private static func check(
    _ beginning: RunFolder.Beginning, continues begun: RunFolder.Beginning, command: TrainCommand
  ) throws {
    guard beginning.styles == begun.styles else {
      throw ValidationError(
        "--styles: this run began with \(begun.styles.joined(separator: ", ")); name the same")
    }
    guard beginning.photos == begun.photos else {
      throw CommandError.photosChanged(command.content)
    }
  }
}
