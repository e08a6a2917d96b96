import ArgumentParser
import ImpastoSessions

/// The photos of a training run.
struct PhotoOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder of photos to train on, searched recursively.", valueName: "folder")
  )
  var content: String

  @Option(
    help: ArgumentHelp(
      "Folder of photos for the contact sheets (default: a few held out from --content).",
      valueName: "folder"))
  var validation: String?

  /// The folders that the options name.
  var folders: TrainingPlan.Photos { TrainingPlan.Photos(content: content, validation: validation) }
}

/// The options of a training run besides the settings of training.
struct RunOptions: ParsableArguments {
  @Flag(help: "Continue the run that the same command began.")
  var resume = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Number of steps between two saves.", valueName: "steps"))
  var checkpointEvery = 500

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Also save after this number of minutes.", valueName: "minutes"))
  var checkpointMinutes = 5.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Number of steps between two contact sheets.", valueName: "steps"))
  var previewEvery = 500

  @Option(
    help: ArgumentHelp(
      "File for the report (default: report.html in the run's folder).", valueName: "file"))
  var report: String?

  /// The moments at which the run saves, and where it reports.
  var saving: TrainingPlan.Saving {
    TrainingPlan.Saving(
      steps: checkpointEvery, interval: .seconds(60 * checkpointMinutes),
      previewSteps: previewEvery, report: report)
  }

  func validate() throws {
    try OptionRange.check("checkpoint-minutes", checkpointMinutes, 0...1e6)
    // It replaces what is there, which must be no checkpoint or painting.
    if let report, !report.hasSuffix(".html") {
      throw ValidationError("--report \(report): expected a name ending in .html")
    }
  }
}
