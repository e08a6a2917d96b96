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

  /// Prints the result: as JSON with `details`, or as a line that begins with `input` and ends with
  /// `losses`.
  func conclude(
    _ outcome: Outcome, _ input: String, size: (width: Int, height: Int),
    precision: String, backend: String, losses: String, details: some Encodable
  ) throws {
    if console.isJSON {
      return try console.result(
        json: PixelResult(
          details: details, output: output, width: size.width, height: size.height,
          precision: precision, backend: backend, outcome: outcome))
    }
    var line = "\(input) → \(output)  \(size.width)×\(size.height)  "
    if outcome.isFinished {
      line += outcome.iterations.of("iteration")
    } else if let scale = outcome.scales.last {
      line += "stopped after \(outcome.iterations) of \(total.of("iteration")), at "
      line += "\(scale.width)×\(scale.height)"
    }
    console.result(line + String(format: "  %@  %.2f s", losses, outcome.computeTime.inSeconds))
    guard let progress = outcome.progress else { return }
    console.result(progress.folder)
    console.result(progress.animation)
  }
}
