import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTraining

/// The words of a run: on the terminal, as JSON and in its report.
extension TrainingSession {
  private struct Result: Encodable {
    var checkpoint, report: String
    var steps: Int
    var finished: Bool
    var losses: StepRecord?
    var skipped: [SkippedPhoto]
    /// Absent where there is nothing.
    var leftOut: [Remark]?
    /// For each added style the shares of others that it began with; left out of other runs.
    var blends: [String: [String: Float]]?
  }

  func announce() {
    let from = trainer.completedSteps > 0 ? ", going on after step \(trainer.completedSteps)" : ""
    console.note(
      """
      \(plan.names.count.of(plan.rowGoal?.isPhoto == true ? "row" : "style")), \(dataset.count.of("photo")), \(stages)\(from)
      """)
    if let (old, new) = changedArithmetic {
      console.note(
        """
        computed with \(old) so far and with \(new) from here on: the last bits may differ from \
        those of a run without interruption
        """)
    }
    if isResumed, trainer.completedSteps == 0 {
      console.note("\(folder.path): this run has never been saved; it begins again")
    }
    console.leftOut(omissions)
    preview.warnings.forEach(console.warn)
    for reason in preview.skipped { console.note("not on the contact sheets: \(reason)") }
    console.detail(
      """
      \(manifest.backend), \(manifest.precision), \(manifest.threads.of("thread")); \
      \(folder.path)
      """)
  }

  private var stages: String {
    settings.schedule.map { stage in
      "\(stage.steps.of("step")) of \(stage.batchSize) at \(stage.imageSize)²"
    }.joined(separator: ", ")
  }

  /// The arithmetic until now and from now on, where they differ.
  private var changedArithmetic: (old: Arithmetic, new: Arithmetic)? {
    guard let stretches = manifest.arithmetic, let new = stretches.last, stretches.count > 1,
      new.afterStep == trainer.completedSteps
    else { return nil }
    return (stretches[stretches.count - 2].arithmetic, new.arithmetic)
  }

  /// The arithmetic of the steps, in words.
  private var arithmetic: String {
    (manifest.arithmetic ?? []).map {
      $0.afterStep == 0 ? "\($0.arithmetic)" : "after step \($0.afterStep) \($0.arithmetic)"
    }.joined(separator: "; ")
  }

  /// The files left out of the folders of paintings and photos.
  private var omissions: [Remark] { plan.omissions + dataset.omissions.map(Remark.init) }

  static func status(_ losses: StepRecord, _ speed: Double) -> String {
    var text = String(format: "%.1f images/s  loss %.2f", speed, losses.total)
    if let content = losses.content { text += String(format: "  content %.2f", content) }
    if let style = losses.style { text += String(format: "  style %.3f", style) }
    return text
  }

  func conclude(skipped: [SkippedPhoto]) throws {
    if !skipped.isEmpty {
      console.note("skipped \(skipped.count.of("photo")):")
      for photo in skipped { console.note("  \(photo.reason)") }
    }
    if console.isJSON {
      return try console.result(
        json: Result(
          checkpoint: plan.output, report: reportPath, steps: trainer.completedSteps,
          finished: isFinished, losses: log.records.last?.losses, skipped: skipped,
          leftOut: omissions.isEmpty ? nil : omissions,
          blends: plan.rowGoal == nil ? nil : trainer.blends))
    }
    console.result(outcome)
    console.result(reportPath)
  }

  private var outcome: String {
    let steps = trainer.completedSteps.of("step")
    guard plan.rowGoal != nil else {
      return isFinished
        ? "\(plan.output)  \(steps)"
        : "\(plan.output)  stopped after step \(trainer.completedSteps); go on with --resume"
    }
    let names = plan.names.joined(separator: ", ")
    return isFinished
      ? "\(plan.output)  \(names)  \(steps)"
      : """
      \(plan.output) is \(plan.isInPlace ? "unchanged" : "not written"): stopped after step \
      \(trainer.completedSteps); go on with --resume
      """
  }

  func report(_ skipped: [SkippedPhoto]) -> TrainingReport {
    let steps = folder.sheetSteps(upTo: trainer.completedSteps)
    let shown = steps.count > 8 ? (0..<8).map { steps[($0 * (steps.count - 1)) / 7] } : steps
    // A sheet that someone has damaged is left out.
    let sheets = shown.compactMap { step in
      (try? Image(contentsOf: folder.sheet(step)).encoded(as: .jpeg, quality: 85))
        .map { TrainingReport.Sheet(step: step, jpeg: $0) }
    }
    return TrainingReport(
      title: plan.title, settings: settingsTable,
      styles: plan.sources.map { ($0.description.name, $0.description.title) },
      records: log.records,
      sheets: sheets, skipped: skipped)
  }

  private var settingsTable: [(name: String, value: String)] {
    [
      ("steps", "\(settings.steps)"), ("stages", stages), ("style size", "\(settings.styleSize)"),
      ("content weight", "\(settings.contentWeight)"),
      ("style weight", "\(settings.styleWeight)"),
      ("total variation weight", "\(settings.totalVariationWeight)"),
      ("shift weight", "\(settings.shiftWeight)"),
      ("learning rate", "\(settings.learningRate)"), ("seed", "\(settings.seed)"),
      ("begun with", manifest.from ?? "random weights"),
      ("photos", "\(dataset.count)"), ("fingerprint of the photos", dataset.fingerprint),
      ("backend", manifest.backend.rawValue), ("precision", manifest.precision.rawValue),
      ("threads", "\(manifest.threads)"), ("instructions", arithmetic),
    ] + rowSettings
  }

  /// The settings to report of a run that adds rows.
  private var rowSettings: [(name: String, value: String)] {
    guard let rows = manifest.rows else { return [] }
    let settings = trainer.model.styleSettings
    let blends = plan.sources.map(\.description.name).map { name in
      ("blend that \(name) began with", settings[name]?["blend"] ?? "")
    }
    return [
      ("steps that looked for blends", "\(rows.blendSteps)"),
      ("colours", rows.matchColors ? "those of the photos" : "the paintings' own"),
    ] + blends
  }
}
