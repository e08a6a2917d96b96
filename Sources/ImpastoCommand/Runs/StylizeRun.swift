import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors

/// Stylises one photo after the other, going on after those that fail.
struct StylizeRun {
  let stylizer: Stylizer
  let arguments: PaintingArguments
  let settings: PaintingSettings
  let size: Int?
  let quality: Int
  let metadata: MetadataOptions
  let memory: MemoryBudget

  private struct Region: Encodable {
    var mask: String
    var mixture: [String: Float]
  }

  private struct Output: Encodable {
    var input, output: String
    var width, height: Int
    var mixture: [String: Float]
    var regions: [Region]
    var strength: Float
    var strokeSize: Double
    var keepColors: Bool
    /// Left out where the photo is opaque.
    var transparency: Transparency?
    var precision, backend: String
    var arithmetic: Arithmetic
    /// Without writing, but with decoding a photo that is read in bands while it is painted.
    var computeSeconds: Double
    var totalSeconds: Double
  }

  private struct Result: Encodable {
    var outputs: [Output]
    /// Absent where there is none, as are those left out.
    var failures, leftOut: [Remark]?
  }

  /// Runs the jobs of `plan`, until a signal stops it, and prints their results.
  ///
  /// - Throws: ``Interruption``, or `ExitCode.failure` at the end where an input was refused or failed.
  func run(_ plan: StylizePlan, console: Console) throws {
    // Where the picture itself is printed, words go beside it.
    let say = plan.isStreamed ? console.note : console.result(_:)
    arguments.lines.forEach(say)
    var outputs: [Output] = []
    var failures = plan.refusals
    for failure in failures { Console.writeError(failure.reason) }
    console.leftOut(plan.omissions)
    let jobs = plan.jobs
    let progress = PictureProgress(count: jobs.count, console: console)
    var heldSize: [Int]?
    var interruption: Interruption?
    for (index, job) in jobs.enumerated() {
      let name = StandardStream.title(ofInput: job.input)
      progress.begin(name, after: index)
      do {
        let output = try perform(job, of: plan, name: name, heldSize: &heldSize, progress)
        outputs.append(output)
        progress.clear()
        say(
          """
          \(name) → \(StandardStream.title(ofOutput: job.output))  \
          \(output.width)×\(output.height)  \(String(format: "%.2f", output.totalSeconds)) s
          """)
        // After the last picture there is nothing left to stop.
        if index + 1 < jobs.count { interruption = StopSignal.pending }
      } catch {
        let words = CommandError.words(for: error)
        failures.append(.init(input: job.input, reason: words))
        progress.clear()
        Console.writeError(words)
        interruption = error as? Interruption ?? StopSignal.pending
      }
      if interruption != nil { break }
    }
    if console.isJSON {
      try console.result(
        json: Result(
          outputs: outputs, failures: failures.isEmpty ? nil : failures,
          leftOut: plan.omissions.isEmpty ? nil : plan.omissions))
    }
    if let interruption { throw Interruption(number: interruption.number, reason: nil) }
    if !failures.isEmpty { throw ExitCode.failure }
  }

  /// Paints and writes one picture.
  private func perform(
    _ job: StylizePlan.Job, of plan: StylizePlan, name: String, heldSize: inout [Int]?,
    _ progress: PictureProgress
  ) throws -> Output {
    let clock = ContinuousClock()
    let begun = clock.now
    let reader =
      job.input == StandardStream.name
      ? try StandardStream.openPhoto(atMost: memory.bytes)
      : try ImageReader(contentsOf: job.input, keepingAlpha: true)
    let opened = try OpenedPhoto(reader, name: name, size: size)
    if !plan.isStreamed {
      try plan.makeFolder(for: job)
      try Folder.checkWritable(job.output)
    }
    // What a picture has left free serves the next of its size, and only that.
    if heldSize != [opened.width, opened.height] { TensorMemory.releaseFreeBlocks() }
    heldSize = [opened.width, opened.height]
    let format =
      job.output == StandardStream.name ? .png : try ImageFormat(ofOutput: job.output)
    let photo = try PhotoPainting(
      opened, with: settings, stylizer: stylizer, memory: memory, format: format, quality: quality)
    defer { progress.warn(photo.warnings) }

    let (metadata, leftOut) = metadata.adapted(
      photo.metadata, width: photo.width, height: photo.height)
    let transparency = Transparency(photo.opacity, in: format)
    for words in leftOut { progress.note("\(name): left out of the result: \(words)") }
    let remedy = "name the result .png or .webp to keep them"
    if let note = transparency?.note(job.output, remedy: remedy) { progress.note(note) }
    // Before, there is nothing to take back.
    let computeTime = try StopSignal.caught { stop in
      let output = try PictureOutput(
        job.output, width: photo.width, height: photo.height, quality: quality,
        hasAlpha: photo.opacity != nil, metadata: metadata)
      let computed = clock.now
      var writing = Duration.zero
      try paint(photo, progress, output, until: stop) { picture in
        if stop.isRaised { throw stop.interruption(output.interruption) }
        let begun = clock.now
        try output.write(picture)
        writing += clock.now - begun
      }
      let time = clock.now - computed - writing
      try output.finish()
      return time
    }
    return Output(
      input: job.input, output: job.output, width: photo.width, height: photo.height,
      mixture: StyleArgument.shares(of: arguments.mixture),
      regions: arguments.regions.map {
        Region(mask: $0.mask, mixture: StyleArgument.shares(of: $0.mixture))
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
    _ photo: PhotoPainting, _ progress: PictureProgress, _ output: PictureOutput,
    until stop: StopSignal, _ body: (Image) throws -> Void
  ) throws {
    do {
      try photo.paint(
        while: { !stop.isRaised }, progress: { progress.update($0, $1) }, body)
    } catch StylizingError.stopped {
      throw stop.interruption(output.interruption)
    } catch let error as StylizingError {
      guard case .invisibleRegion(let index, _, _) = error else { throw error }
      throw SessionError.cannotStylize(arguments.regions[index].mask, reason: error.description)
    }
  }
}
