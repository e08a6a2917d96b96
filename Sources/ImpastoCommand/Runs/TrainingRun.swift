import Foundation
import ImpastoCompute
import ImpastoNetworks
import ImpastoSessions
import ImpastoTraining

/// One call of a command that trains: leads a session to its end and prints what it tells.
struct TrainingRun {
  private let session: TrainingSession
  /// The files beside the paintings that are none.
  private let folderOmissions: [Remark]
  private let console: Console

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

  /// Sets the run up, or takes it up again.
  ///
  /// - Parameter meeting: The ranks that share it; nil where this process is alone.
  init(
    _ plan: TrainingPlan, omissions: [Remark] = [], meeting: RankMeeting?, console: Console
  ) throws {
    session = try TrainingSession(plan, meeting: meeting)
    folderOmissions = omissions
    self.console = console
  }

  /// Trains until all steps are done or a signal asks to stop.
  func run() throws {
    try StopSignal.caught { stop in
      announce()
      let announced = session.warnings.count
      var bar = ProgressBar(
        total: session.settings.steps, completed: session.trainer.completedSteps, console: console)
      let ended = Swift.Result {
        try session.run(while: { !stop.isRaised }) { event in
          switch event {
          case .step(let losses, let speed):
            bar.update(losses.step, Self.status(losses, speed), loss: losses.total)
          case .sheet(let path): bar.show(path)
          case .note(let text): bar.aside { console.note(text) }
          }
        }
      }
      bar.clear()
      try ended.get()
      guard session.trainer.completedSteps > 0 else {
        throw stop.interruption(.interrupted(session.plan.output))
      }
      session.warnings.dropFirst(announced).forEach(console.warn)
      try conclude(skipped: session.skipped)
      if !session.isFinished { throw stop.interruption() }
    }
  }

  private func announce() {
    let (plan, trainer) = (session.plan, session.trainer)
    let from = trainer.completedSteps > 0 ? ", going on after step \(trainer.completedSteps)" : ""
    let goal = plan.names.count.of(plan.rowGoal?.isPhoto == true ? "row" : "style")
    console.note("\(goal), \(session.dataset.count.of("photo")), \(session.stages)\(from)")
    if let (old, new) = changedArithmetic {
      console.note(
        """
        computed with \(old.words) so far and with \(new.words) from here on: the last bits may differ from \
        those of a run without interruption
        """)
    }
    if session.isResumed, trainer.completedSteps == 0 {
      console.note("\(session.folder.path): this run has never been saved; it begins again")
    }
    console.leftOut(omissions)
    session.warnings.forEach(console.warn)
    for reason in session.previewOmissions {
      console.note("not on the contact sheets: \(reason)")
    }
    let manifest = session.manifest
    console.detail(
      """
      \(manifest.backend), \(manifest.precision), \(manifest.threads.of("thread")); \
      \(session.folder.path)
      """)
  }

  /// The arithmetic until now and from now on, where they differ.
  private var changedArithmetic: (old: RunManifest.Stretch, new: RunManifest.Stretch)? {
    guard let stretches = session.manifest.arithmetic, let new = stretches.last,
      stretches.count > 1, new.afterStep == session.trainer.completedSteps
    else { return nil }
    return (stretches[stretches.count - 2], new)
  }

  /// The files left out of the folders of paintings and photos.
  private var omissions: [Remark] { folderOmissions + session.dataset.omissions.map(Remark.init) }

  private static func status(_ losses: StepRecord, _ speed: Double) -> String {
    var text = String(format: "%.1f images/s  loss %.2f", speed, losses.total)
    if let content = losses.content { text += String(format: "  content %.2f", content) }
    if let style = losses.style { text += String(format: "  style %.3f", style) }
    if let teacher = losses.teacher { text += String(format: "  teacher %.3f", teacher) }
    return text
  }

  private func conclude(skipped: [SkippedPhoto]) throws {
    if !skipped.isEmpty {
      console.note("skipped \(skipped.count.of("photo")):")
      for photo in skipped { console.note("  \(photo.reason)") }
    }
    if console.isJSON {
      return try console.result(
        json: Result(
          checkpoint: session.plan.output, report: session.reportPath,
          steps: session.trainer.completedSteps, finished: session.isFinished,
          losses: session.losses, skipped: skipped,
          leftOut: omissions.isEmpty ? nil : omissions,
          blends: session.plan.rowGoal == nil ? nil : session.trainer.blends))
    }
    console.result(outcome)
    console.result(session.reportPath)
  }

  private var outcome: String {
    let (plan, done) = (session.plan, session.trainer.completedSteps)
    guard plan.rowGoal != nil else {
      return session.isFinished
        ? "\(plan.output)  \(done.of("step"))"
        : "\(plan.output)  stopped after step \(done); go on with --resume"
    }
    return session.isFinished
      ? "\(plan.output)  \(plan.names.joined(separator: ", "))  \(done.of("step"))"
      : """
      \(plan.output) is \(plan.isInPlace ? "unchanged" : "not written"): stopped after step \
      \(done); go on with --resume
      """
  }
}
