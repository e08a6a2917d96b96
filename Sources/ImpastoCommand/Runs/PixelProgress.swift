import Foundation
import ImpastoSessions

/// Shows how far an optimisation of pixels has come, and stops it at a signal.
struct PixelProgress<Losses: Encodable & Sendable> {
  typealias Outcome = OptimizationOutcome<Losses>
  typealias Progress = OptimizationProgress<Losses>

  /// The iterations at all scales.
  let total: Int
  /// The file of the result.
  let output: String
  let console: Console
  /// The words about what is lowered.
  let words: (Losses) -> String

  /// Leads an optimisation to its end, and prints its result.
  ///
  /// - Parameters:
  ///   - run: Does the work.
  ///   - conclude: Prints the result, where there is one.
  /// - Throws: What `run` throws; an ``Interruption`` where a signal came.
  func lead(
    _ run: (_ goesOn: () -> Bool, _ progress: (Progress) -> Void) throws -> Outcome,
    conclude: (Outcome) throws -> Void
  ) throws {
    try StopSignal.caught { stop in
      var bar = ProgressBar(total: total, console: console)
      let result = Result {
        try run({ !stop.isRaised }) { bar.update($0.outcome.iterations, work: $0.work, status($0)) }
      }
      bar.clear()
      let outcome = try result.get()
      // Where it began is no result.
      guard outcome.hasPicture else { throw stop.interruption(.interrupted(output)) }
      try conclude(outcome)
      if !outcome.isFinished { throw stop.interruption() }
    }
  }

  private func status(_ progress: Progress) -> String {
    let each = progress.outcome.secondsEach.map { String(format: "  %.2f s each", $0) }
    return words(progress.losses) + (each ?? "")
  }

  /// The line of the result at `output`: its size, the iterations, and where it was stopped.
  func line(
    _ input: String, width: Int, height: Int, _ outcome: Outcome, _ losses: String
  ) -> String {
    var line = "\(input) → \(output)  \(width)×\(height)  "
    if outcome.isFinished {
      line += outcome.iterations.of("iteration")
    } else if let scale = outcome.scales.last {
      line += "stopped after \(outcome.iterations) of \(total.of("iteration")), at "
      line += "\(scale.width)×\(scale.height)"
    }
    return line + String(format: "  %@  %.2f s", losses, outcome.computeTime.inSeconds)
  }

  /// Prints where the pictures of the progress are.
  func show(_ progress: (folder: String, animation: String)?) {
    guard let progress else { return }
    console.result(progress.folder)
    console.result(progress.animation)
  }
}
