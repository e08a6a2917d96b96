import Foundation
import ImpastoCluster
import ImpastoFiles
import ImpastoTraining
import Synchronization

/// The pieces of an evaluation, which are begun in their order, and the measurements so far, which are
/// saved once in a while.
///
/// Measurements are noted in the order of the pieces, however many ranks measure, and none after a piece
/// that was stopped: so an evaluation has at any time what one process would have measured.
final class EvaluationLedger: WorkLedger {
  fileprivate struct State {
    var report: EvaluationReport
    var warnings: [String] = []
    /// The number of pieces that are begun.
    var begun = 0
    /// The number of pieces whose measurements are noted.
    var noted = 0
    /// The measurements that come after a piece whose own are missing.
    var waiting: [Int: EvaluationMeasurement] = [:]
    /// The work of the pieces that are measured.
    var work = 0
    var isStopped = false
    var failure: EvaluationOutcome.Failure?
    var fault: (any Error)?
    var savedAt: ContinuousClock.Instant?
  }

  private let state: Mutex<State>
  private let pieces: [EvaluationPiece]
  private let work: @Sendable (EvaluationPiece) -> Int
  /// The files asked for.
  private let output, page: String?

  /// The time between two saves.
  private static let saveInterval = Duration.seconds(30)

  /// - Parameters:
  ///   - report: Without measurements.
  ///   - work: The work that a piece is.
  init(
    _ report: EvaluationReport, _ pieces: [EvaluationPiece], for plan: EvaluationPlan,
    work: @escaping @Sendable (EvaluationPiece) -> Int
  ) {
    state = Mutex(State(report: report))
    (self.pieces, self.work) = (pieces, work)
    (output, page) = (plan.output, plan.report)
  }

  /// The measurements so far.
  var report: EvaluationReport { state.withLock(\.report) }
  /// The warnings about photos so far.
  var warnings: [String] { state.withLock(\.warnings) }
  /// The work that is done.
  var workDone: Int { state.withLock(\.work) }
  /// The failure of a rank, which has ended the work.
  var failure: EvaluationOutcome.Failure? { state.withLock(\.failure) }

  func next() -> Int? {
    state.withLock { state in
      guard !state.isStopped, state.begun < pieces.count else { return nil }
      defer { state.begun += 1 }
      return state.begun
    }
  }

  func record(_ outcome: EvaluationOutcome) {
    state.withLock { state in
      guard let measurement = outcome.measurement else {
        state.isStopped = true
        if state.failure == nil { state.failure = outcome.failure }
        return
      }
      state.work += work(pieces[outcome.place])
      state.waiting[outcome.place] = measurement
      do {
        while let measurement = state.waiting.removeValue(forKey: state.noted) {
          state.note(measurement, of: pieces[state.noted])
          state.noted += 1
          try saveNowAndThen(&state)
        }
      } catch {
        state.isStopped = true
        state.fault = error
      }
    }
  }

  /// Writes what was measured.
  ///
  /// - Throws: What has kept an earlier save from being written as well; `TrainingError.noReadablePhotos`
  ///   where all was tried in vain.
  func conclude(_ dataset: ImageDataset) throws {
    try state.withLock { state in
      if let fault = state.fault { throw fault }
      let isFinished = state.noted == pieces.count
      guard state.report.evaluation.photoCount > 0 else {
        guard isFinished else { return }
        throw TrainingError.noReadablePhotos(
          folder: dataset.folder, reason: state.report.evaluation.skipped.first?.reason ?? "")
      }
      state.report.evaluation.isFinished = isFinished
      try save(state.report)
    }
  }

  /// Writes what was measured so far, after the first photo and then once in a while: each time, all is
  /// written again.
  private func saveNowAndThen(_ state: inout State) throws {
    let now = ContinuousClock.now
    guard state.report.evaluation.photoCount > 0,
      state.savedAt.map({ now - $0 >= Self.saveInterval }) ?? true
    else { return }
    try save(state.report)
    state.savedAt = .now
  }

  /// Writes what was measured so far to the files asked for.
  private func save(_ report: EvaluationReport) throws {
    if let output {
      try AtomicFile.write(JSONText.data(report.evaluation) + Data("\n".utf8), to: output)
    }
    if let page { try report.write(to: page) }
  }
}

extension EvaluationLedger.State {
  /// Adds the measurements of the next piece.
  fileprivate mutating func note(_ measurement: EvaluationMeasurement, of piece: EvaluationPiece) {
    switch (piece, measurement) {
    case (.greys(let style), .greys(let unevenness)):
      report.evaluation.styles[style].unevenness = unevenness
    case (.photo, .photo(let photo)):
      for (style, sample) in photo.samples.enumerated() {
        report.evaluation.styles[style].append(sample, measures: photo.pictures[style])
      }
      report.evaluation.photoMeasures.append(photo.photo)
      if let psnr = photo.photoRowPSNR { report.evaluation.photoRowPSNR.append(psnr) }
      for (style, row) in photo.rows.enumerated() { report.galleries[style].rows.append(row) }
      warnings += photo.warnings
    case (.photo, .unreadable(let photo, let told)):
      report.evaluation.skipped.append(photo)
      warnings += told
    case (.large(_, let style), .large(let sizes, let shift)):
      report.evaluation.styles[style].sizes += sizes
      if let shift { report.evaluation.styles[style].shifts.append(shift) }
    case (.descent(let shown, let style, _), .descent(let descent, let picture)):
      report.evaluation.styles[style].descents.append(descent)
      if let picture { report.galleries[style].rows[shown].append(picture) }
    default: preconditionFailure("\(measurement) of \(piece)")
    }
  }
}
