import Foundation
import ImpastoCluster
import ImpastoSessions
import ImpastoTraining

/// One call of `impasto evaluate`: leads a session to its end and prints what it measured.
struct EvaluationRun {
  private let session: EvaluationSession
  private let plan: EvaluationPlan
  private let console: Console
  /// The number of warnings that are printed.
  private let announced: Int

  /// Sets the evaluation up.
  ///
  /// - Parameter meeting: The ranks that share it; nil where this process is alone.
  init(_ plan: EvaluationPlan, meeting: RankMeeting?, console: Console) throws {
    (self.plan, self.console) = (plan, console)
    session = try EvaluationSession(plan, meeting: meeting)
    announced = session.warnings.count
    session.warnings.forEach(console.warn)
  }

  /// Measures until all is done or a signal asks to stop, and prints the result.
  func run() throws {
    try StopSignal.caught { stop in
      var bar: ProgressBar?
      let ended = Result {
        try session.run(while: { !stop.isRaised }) { done, total, title in
          if bar == nil { bar = ProgressBar(total: total, console: console) }
          bar?.update(done, title)
        } begin: {
          announce()
        }
      }
      bar?.clear()
      try ended.get()
      if !Launcher.isMute {
        guard session.evaluation.photoCount > 0 else {
          throw stop.interruption(.interrupted(session.dataset.folder))
        }
        try conclude()
      }
      if !session.isFinished { throw stop.interruption() }
    }
  }

  private func announce() {
    let evaluation = session.evaluation
    console.note(
      """
      \(evaluation.styles.count.of("style")), \(session.dataset.count.of("photo")) at \
      \(evaluation.photoSize)², paintings at \(evaluation.styleSize)
      """)
    console.leftOut(evaluation.leftOut.map(Remark.init))
    for style in evaluation.unmeasured {
      console.note("left out \(style.name): \(style.reason)")
    }
    console.detail("checkpoint \(evaluation.model), \(evaluation.precision)")
  }

  private func conclude() throws {
    let evaluation = session.evaluation
    session.warnings.dropFirst(announced).forEach(console.warn)
    if !evaluation.skipped.isEmpty {
      console.note("skipped \(evaluation.skipped.count.of("photo")):")
      for photo in evaluation.skipped { console.note("  \(photo.reason)") }
    }
    if !evaluation.isFinished {
      let done = evaluation.styles.map(\.descents.count).reduce(0, +)
      let optimized =
        evaluation.iterations == nil
        ? "" : " and \(done.of("optimisation")) of \(session.descentCount)"
      console.note(
        "stopped after \(evaluation.photoCount.of("photo")) of \(session.dataset.count)\(optimized)"
      )
    }
    if console.isJSON { return try console.result(json: evaluation) }
    let tables: [EvaluationTable?] = [
      .losses(of: evaluation), .descents(of: evaluation), .sizes(of: evaluation),
      .shifts(of: evaluation), .faults(of: evaluation),
    ]
    for (index, table) in tables.compactMap({ $0 }).enumerated() {
      if index > 0 { console.result("") }
      for line in Self.lines(of: table) { console.result(line) }
    }
    if let psnr = evaluation.meanPhotoRowPSNR {
      console.result(String(format: "\nrow photo %.1f dB", psnr))
    }
    for file in [plan.output, plan.report] { if let file { console.result(file) } }
  }

  /// The rows of a table; what exceeds its limit has an exclamation mark.
  private static func lines(of table: EvaluationTable) -> [String] {
    let marks = table.rows.contains { $0.cells.contains(where: \.isFlagged) }
    let header = [table.header[0]] + table.header.dropFirst().map { marks ? "\($0) " : $0 }
    return Table.lines(
      [header]
        + table.rows.map { row in
          [row.name] + row.cells.map { $0.text + (marks ? $0.isFlagged ? "!" : " " : "") }
        }, numbers: 1...)
  }
}
