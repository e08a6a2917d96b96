import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTraining

/// The report of a run.
extension TrainingSession {
  /// The stages of the run in words.
  package var stages: String {
    settings.schedule.map { stage in
      "\(stage.steps.of("step")) of \(stage.batchSize) at \(stage.imageSize)²"
    }.joined(separator: ", ")
  }

  /// The arithmetic of the steps, in words.
  private var arithmetic: String {
    (manifest.arithmetic ?? []).map {
      $0.afterStep == 0 ? $0.words : "after step \($0.afterStep) \($0.words)"
    }.joined(separator: "; ")
  }

  /// The page about the run so far.
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
      records: records,
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
      ("begun with", manifest.from ?? "random weights"), ("teacher", manifest.teacher ?? "none"),
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
