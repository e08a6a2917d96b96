import ImpastoCompute
import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors

/// Stylises photos, one at a time.
final class PhotoStylist {
  private let stylizer: Stylizer
  private let arguments: PaintingArguments
  private let progress: PictureProgress
  private let maker: PictureMaker

  init(
    stylizer: Stylizer, arguments: PaintingArguments, settings: PaintingSettings, size: Int?,
    quality: Int, metadata: MetadataOptions, memory: MemoryBudget, progress: PictureProgress
  ) {
    (self.stylizer, self.arguments, self.progress) = (stylizer, arguments, progress)
    maker = PictureMaker(
      size: size, quality: quality, metadata: metadata, memory: memory, progress: progress
    ) { photo, format in
      try PhotoPainting(
        photo, with: settings, stylizer: stylizer, memory: memory, format: format,
        quality: quality)
    }
  }

  /// Does a job, unless a signal has asked for an end.
  ///
  /// - Parameter done: The number of jobs before it, to be shown.
  func perform(_ piece: PaintingPiece, after done: Int) -> PaintingOutcome {
    var outcome = PaintingOutcome(piece: piece)
    outcome.stop = StopSignal.pending?.number
    if outcome.stop != nil { return outcome }
    let name = StandardStream.title(ofInput: piece.job.input)
    progress.begin(name, after: done)
    do {
      try paint(piece.job, named: name, into: piece.line != nil, &outcome)
      if piece.line != nil, let output = outcome.output {
        outcome.result = try .init(contentsOf: output.output, seconds: output.totalSeconds)
      }
    } catch {
      outcome.failure = CommandError.words(for: error)
      outcome.stop = (error as? Interruption ?? StopSignal.pending)?.number
    }
    return outcome
  }

  /// Paints and writes one picture.
  private func paint(
    _ job: PaintingJob, named name: String, into folder: Bool, _ outcome: inout PaintingOutcome
  ) throws {
    var remarks = PictureMaker.Remarks()
    defer { (outcome.notes, outcome.warnings) = (remarks.notes, remarks.warnings) }
    let made: PictureMaker.Made
    do {
      made = try maker.make(job, named: name, into: folder, &remarks)
    } catch let error as StylizingError {
      guard case .invisibleRegion(let index, _, _) = error else { throw error }
      throw SessionError.cannotStylize(arguments.regions[index].mask, reason: error.description)
    }
    outcome.output = PaintedOutput(
      input: job.input, output: job.output, width: made.width, height: made.height,
      mixture: StyleArgument.shares(of: arguments.mixture),
      regions: arguments.regions.map {
        .init(mask: $0.mask, mixture: StyleArgument.shares(of: $0.mixture))
      },
      strength: arguments.strength, strokeSize: arguments.strokeSize,
      keepColors: arguments.keepsColors,
      transparency: made.transparency, precision: stylizer.scalarType.rawValue,
      backend: stylizer.backend.name, arithmetic: .current,
      computeSeconds: made.computeSeconds, totalSeconds: made.totalSeconds)
  }
}
