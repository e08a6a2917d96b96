import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors

/// Reads photos, makes a picture of each, and writes it, one at a time.
final class PictureMaker {
  /// A picture that is made.
  struct Made {
    let width, height: Int
    /// Nothing where the photo is opaque.
    let transparency: Transparency?
    /// Without writing, but with decoding a photo that is read in bands while it is painted.
    let computeSeconds: Double
    let totalSeconds: Double
  }

  /// The remarks about a photo, whatever becomes of it.
  struct Remarks {
    var notes: [String] = []
    /// The warnings about its file.
    var warnings: [String] = []
  }

  /// Prepares the picture of a photo, for a file of a format.
  typealias Preparation = (
    _ photo: sending OpenedPhoto, _ format: ImageFormat
  ) throws -> any PhotoPicture

  private let size: Int?
  private let quality: Int
  private let metadata: MetadataOptions
  private let memory: MemoryBudget
  private let progress: PictureProgress
  private let picture: Preparation
  /// The size of the picture before.
  private var heldSize: [Int]?

  /// - Parameter size: The longer side that photos are scaled to before anything else; nil for their
  ///   own.
  init(
    size: Int? = nil, quality: Int, metadata: MetadataOptions, memory: MemoryBudget,
    progress: PictureProgress, _ picture: @escaping Preparation
  ) {
    (self.size, self.quality, self.metadata) = (size, quality, metadata)
    (self.memory, self.progress, self.picture) = (memory, progress, picture)
  }

  /// Makes and writes one picture.
  ///
  /// - Parameters:
  ///   - name: The photo's name in messages.
  ///   - folder: Whether the result goes into a folder for all, which may have others in it.
  /// - Throws: ``Interruption`` where a signal stopped it; other errors of reading, painting and
  ///   writing.
  func make(
    _ job: PaintingJob, named name: String, into folder: Bool, _ remarks: inout Remarks
  ) throws -> Made {
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
    let photo = try picture(opened, format)
    defer { remarks.warnings = photo.warnings }

    let (metadata, leftOut) = metadata.adapted(
      photo.metadata, width: photo.width, height: photo.height)
    let transparency = Transparency(photo.opacity, in: format)
    remarks.notes = leftOut.map { "\(name): left out of the result: \($0)" }
    let remedy = "name the result .png or .webp to keep them"
    if let note = transparency?.note(job.output, remedy: remedy) { remarks.notes.append(note) }
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
    return Made(
      width: photo.width, height: photo.height, transparency: transparency,
      computeSeconds: computeTime.inSeconds, totalSeconds: (clock.now - begun).inSeconds)
  }

  /// Paints a photo as the user asked for it.
  ///
  /// - Parameters:
  ///   - output: The result, for the error of an interruption.
  ///   - body: Gets the picture's rows from the top, some of them at a time.
  private func paint(
    _ photo: any PhotoPicture, _ output: PictureOutput, until stop: StopSignal,
    _ body: (Image) throws -> Void
  ) throws {
    do {
      try photo.paint(
        while: { !stop.isRaised }, progress: { [progress] in progress.update($0, $1) }, body)
    } catch StylizingError.stopped {
      throw stop.interruption(output.interruption)
    }
  }
}
