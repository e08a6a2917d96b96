import Foundation
import ImpastoCluster
import ImpastoFiles
import ImpastoSessions
import Synchronization

/// The photos of one call of `stylize`: which of them are left to paint, and what has become of the
/// others, which it prints and writes into the manifest.
final class StylizeLedger: WorkLedger {
  private struct State {
    var source: any JobSource
    let manifest: PaintingManifest?
    var summary: Summary
    /// The number of entries that the source has given.
    var entries = 0
    /// Indicates whether it has given all of them.
    var hasEnded = false
    var repaints = false

    var isOpen: Bool { !hasEnded && summary.stop == nil && summary.error == nil }
  }

  /// The outcomes of all photos.
  struct Summary {
    /// The pictures that were painted, if they are to be told at the end.
    var outputs: [PaintedOutput] = []
    var failures: [Remark] = []
    var leftOut: [Remark] = []
    /// The number of photos that are painted, refused or left out.
    var done = 0
    /// The number of those whose results were there.
    var alreadyDone = 0
    var hasFailures = false
    /// The number of the signal that asked for an end before all was done.
    var stop: Int32?
    /// The error that ended the work before all was done.
    var error: (any Error)?
  }

  private let state: Mutex<State>
  private let shard: Shard
  private let console: Console
  private let progress: PictureProgress
  /// The entries after which other ranks are answered, though none of them was a photo to paint.
  private static let entriesAtOnce = 1000

  /// Prints a line of the result.
  private let say: @Sendable (String) -> Void

  /// Makes the folder for results, reads its manifest and tells what is known of the photos of `source`
  /// before the first is painted.
  ///
  /// - Parameters:
  ///   - facts: What the results depend on.
  ///   - lines: How photos are painted, in words.
  /// - Throws: `SessionError` where another process paints into the folder; `FileError`.
  init(
    _ source: sending any JobSource, facts: Facts, shard: Shard, lines: [String], console: Console,
    progress: PictureProgress
  ) throws {
    (self.shard, self.console, self.progress) = (shard, console, progress)
    // Where the picture itself is printed, words go beside it.
    say = source.isStreamed ? console.note : console.result(_:)
    var manifest: PaintingManifest?
    if let folder = source.folder, source.count != 0 {
      try Directory.make(folder)
      manifest = try PaintingManifest(of: folder, shard: shard, facts: facts)
    }
    lines.forEach(say)
    manifest?.warnings.forEach(console.warn)
    var summary = Summary()
    // Of what belongs to no share the first one tells.
    if shard.number == 1 { summary.failures = source.refusals }
    summary.hasFailures = !summary.failures.isEmpty
    summary.leftOut = source.omissions
    for failure in summary.failures { Console.writeError(failure.reason) }
    console.leftOut(source.omissions)
    state = Mutex(State(source: source, manifest: manifest, summary: summary))
  }

  /// The outcomes so far.
  var summary: Summary { state.withLock(\.summary) }

  var isOpen: Bool { state.withLock(\.isOpen) }

  func next() -> PaintingPiece? {
    state.withLock { state in
      if state.summary.stop == nil { state.summary.stop = StopSignal.pending?.number }
      for _ in 0..<Self.entriesAtOnce where state.isOpen {
        do {
          guard let entry = try state.source.next() else {
            state.hasEnded = !state.source.isOpen
            return nil
          }
          defer { state.entries += 1 }
          guard shard.contains(state.entries) else { continue }
          if let piece = try piece(of: entry, &state) { return piece }
          state.summary.done += 1
        } catch {
          state.summary.error = error
        }
      }
      return nil
    }
  }

  /// The work that an entry asks for, if any.
  private func piece(of entry: JobEntry, _ state: inout State) throws -> PaintingPiece? {
    switch entry {
    case .omission(let remark):
      if console.isJSON { state.summary.leftOut.append(remark) }
      progress.note("left out \(remark.text)")
    case .refusal(let job, let reason):
      try note(failure: reason, of: job, line(of: job, state.manifest), &state)
    case .job(let job):
      guard let manifest = state.manifest, let status = try? FileStatus(job.input) else {
        return PaintingPiece(job: job, line: line(of: job, state.manifest))
      }
      switch manifest.state(of: job.input, status, output: job.output) {
      case .done:
        state.summary.alreadyDone += 1
        return nil
      case .unknown: break
      case .otherSettings(let differences):
        if !state.repaints {
          progress.note(
            """
            \(job.output) is painted again, as are others like it, since it was painted otherwise: \
            now \(differences.joined(separator: "; "))
            """)
        }
        state.repaints = true
      }
      return PaintingPiece(job: job, line: line(of: job, manifest))
    }
    return nil
  }

  private func line(of job: PaintingJob, _ manifest: PaintingManifest?) -> PaintedPhoto? {
    manifest?.photo(job.input, try? FileStatus(job.input), output: job.output)
  }

  private func note(
    failure: String, of job: PaintingJob, _ line: PaintedPhoto?, _ state: inout State
  ) throws {
    progress.clear()
    Console.writeError(failure)
    state.summary.hasFailures = true
    if console.isJSON { state.summary.failures.append(.init(input: job.input, reason: failure)) }
    if let line { try state.manifest?.append(line.failed(failure)) }
  }

  func record(_ painted: PaintingOutcome) {
    state.withLock { state in
      painted.notes.forEach(progress.note)
      progress.warn(painted.warnings)
      if let stop = painted.stop { state.summary.stop = stop }
      state.summary.done += 1
      do {
        let (job, line) = (painted.piece.job, painted.piece.line)
        if let failure = painted.failure {
          // What was only interrupted is not at fault.
          try note(failure: failure, of: job, painted.stop == nil ? line : nil, &state)
        } else if let output = painted.output {
          progress.clear()
          say(
            """
            \(StandardStream.title(ofInput: job.input)) → \
            \(StandardStream.title(ofOutput: job.output))  \(output.width)×\(output.height)  \
            \(String(format: "%.2f", output.totalSeconds)) s
            """)
          if console.isJSON { state.summary.outputs.append(output) }
          if let line, let result = painted.result {
            try state.manifest?.append(line.painted(result))
          }
        }
      } catch {
        state.summary.error = error
      }
    }
  }
}
