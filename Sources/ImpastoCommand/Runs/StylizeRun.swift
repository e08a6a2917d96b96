import ArgumentParser
import ImpastoCluster
import ImpastoSessions

/// One call of `stylize`: paints one photo after the other, alone or as one of several ranks, and goes on
/// after those that fail.
struct StylizeRun {
  let ranks: Communicator
  let console: Console
  let progress: PictureProgress

  private struct Result: Encodable {
    var outputs: [PaintedOutput]
    /// Absent where there is none, as are those left out.
    var failures, leftOut: [Remark]?
    /// The number of photos whose results were there; absent where it is 0.
    var alreadyDone: Int?
  }

  /// Paints until all is done or a signal asks to stop, and prints the results.
  ///
  /// - Parameter ledger: The photos; given on rank 0 only.
  /// - Throws: ``Interruption``, or `ExitCode.failure` at the end where an input was refused or failed.
  func run(_ ledger: StylizeLedger?, _ stylist: PhotoStylist) throws {
    func share() throws {
      try ranks.share(ledger, whileWaiting: { progress.wait(after: ledger?.summary.done ?? 0) }) {
        stylist.perform($0, after: ledger?.summary.done ?? 0)
      }
    }
    // One that waits for others must not end by a signal before they have.
    if ranks.size > 1 { try StopSignal.caught { _ in try share() } } else { try share() }
    let stop = try ranks.gather(ledger?.summary.stop ?? 0)[0]
    if let summary = ledger?.summary { try conclude(summary) }
    if stop != 0 { throw Interruption(number: stop, reason: nil) }
  }

  private func conclude(_ summary: StylizeLedger.Summary) throws {
    progress.clear()
    if summary.alreadyDone > 0 {
      console.note("\(summary.alreadyDone.of("photo")) done before")
    }
    if console.isJSON {
      try console.result(
        json: Result(
          outputs: summary.outputs, failures: summary.failures.isEmpty ? nil : summary.failures,
          leftOut: summary.leftOut.isEmpty ? nil : summary.leftOut,
          alreadyDone: summary.alreadyDone > 0 ? summary.alreadyDone : nil))
    }
    if let error = summary.error { throw error }
    if summary.hasFailures, summary.stop == nil { throw ExitCode.failure }
  }
}
