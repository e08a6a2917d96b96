import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors

/// Stylises photos, one at a time.
final class PhotoStylist {
  private let stylizer: Stylizer
  private let arguments: PaintingArguments
  private let settings: PaintingSettings
  private let size: Int?
  private let quality: Int
  private let metadata: MetadataOptions
  private let memory: MemoryBudget
  private let progress: PictureProgress
  /// The size of the picture before.
  private var heldSize: [Int]?

  init(
    stylizer: Stylizer, arguments: PaintingArguments, settings: PaintingSettings, size: Int?,
    quality: Int, metadata: MetadataOptions, memory: MemoryBudget, progress: PictureProgress
  ) {
    (self.stylizer, self.arguments, self.settings) = (stylizer, arguments, settings)
    (self.size, self.quality, self.metadata) = (size, quality, metadata)
    (self.memory, self.progress) = (memory, progress)
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
    let clock = ContinuousClock()
    let begun = clock.now
    let reader =
      job.input == StandardStream.name
      ? try StandardStream.openPhoto(atMost: memory.bytes)
      : try ImageReader(contentsOf: job.input, keepingAlpha: true)
    let opened = try OpenedPhoto(reader, name: name, size: size)
    if job.output != StandardStream.name {
      // It may lie below that for all.
      if folder { try Directory.make(job.output.pathParts.folder) }
      try Folder.checkWritable(job.output)
    }
    // What a picture has left free serves the next of its size, and only that.
    if heldSize != [opened.width, opened.height] { TensorMemory.releaseFreeBlocks() }
    heldSize = [opened.width, opened.height]
    let format =
      job.output == StandardStream.name ? .png : try ImageFormat(ofOutput: job.output)
    let photo = try PhotoPainting(
      opened, with: settings, stylizer: stylizer, memory: memory, format: format, quality: quality)
    defer { outcome.warnings = photo.warnings }

    let (metadata, leftOut) = metadata.adapted(
      photo.metadata, width: photo.width, height: photo.height)
    let transparency = Transparency(photo.opacity, in: format)
    outcome.notes = leftOut.map { "\(name): left out of the result: \($0)" }
    let remedy = "name the result .png or .webp to keep them"
    if let note = transparency?.note(job.output, remedy: remedy) { outcome.notes.append(note) }
    // Before, there is nothing to take back.
    let computeTime = try StopSignal.caught { stop in
      let output = try PictureOutput(
        job.output, width: photo.width, height: photo.height, quality: quality,
        hasAlpha: photo.opacity != nil, metadata: metadata)
      let computed = clock.now
      var writing = Duration.zero
      try paint(photo, output, until: stop) { picture in
        if stop.isRaised { throw stop.interruption(output.interruption) }
        let begun = clock.now
        try output.write(picture)
        writing += clock.now - begun
      }
      let time = clock.now - computed - writing
      try output.finish()
      return time
    }
    outcome.output = PaintedOutput(
      input: job.input, output: job.output, width: photo.width, height: photo.height,
      mixture: StyleArgument.shares(of: arguments.mixture),
      regions: arguments.regions.map {
        .init(mask: $0.mask, mixture: StyleArgument.shares(of: $0.mixture))
      },
      strength: arguments.strength, strokeSize: arguments.strokeSize,
      keepColors: arguments.keepsColors,
      transparency: transparency, precision: stylizer.scalarType.rawValue,
      backend: stylizer.backend.name, arithmetic: .current,
      computeSeconds: computeTime.inSeconds, totalSeconds: (clock.now - begun).inSeconds)
  }

  /// Paints a photo as the user asked for it.
  ///
  /// - Parameters:
  ///   - output: The result, for the error of an interruption.
  ///   - body: Gets the picture's rows from the top, some of them at a time.
  private func paint(
    _ photo: PhotoPainting, _ output: PictureOutput, until stop: StopSignal,
    _ body: (Image) throws -> Void
  ) throws {
    do {
      try photo.paint(
        while: { !stop.isRaised }, progress: { [progress] in progress.update($0, $1) }, body)
    } catch StylizingError.stopped {
      throw stop.interruption(output.interruption)
    } catch let error as StylizingError {
      guard case .invisibleRegion(let index, _, _) = error else { throw error }
      throw SessionError.cannotStylize(arguments.regions[index].mask, reason: error.description)
    }
  }
}
