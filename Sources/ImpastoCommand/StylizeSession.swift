import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors

/// Stylises one photo after the other, going on after those that fail.
struct StylizeSession {
  let stylizer: Stylizer
  let manner: PaintingManner
  let regions: [StyleRegion]
  let size: Int?
  let quality: Int

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
    var precision, backend: String
    var computeSeconds, totalSeconds: Double
  }

  private struct Failure: Encodable {
    var input, reason: String
  }

  private struct Result: Encodable {
    var outputs: [Output]
    /// Left out where there is none.
    var failures: [Failure]?
  }

  /// Runs the jobs of `plan` and prints their results.
  ///
  /// - Throws: `ExitCode.failure` at the end where an input was refused or failed.
  func run(_ plan: StylizePlan, console: Console) throws {
    // Where the picture itself is printed, words go beside it.
    let say = plan.isStreamed ? console.note : console.result(_:)
    manner.lines.forEach(say)
    var outputs: [Output] = []
    var heldSize: [Int]?
    var failures = plan.refusals.map { Failure(input: $0.input, reason: $0.reason) }
    for failure in failures { Console.writeError(failure.reason) }
    let jobs = plan.jobs
    var bar = ProgressBar(total: jobs.count, console: console)
    let isLong = jobs.count > 1
    for (index, job) in jobs.enumerated() {
      if isLong { bar.update(index, job.input) }
      do {
        let output = try perform(job, heldSize: &heldSize)
        outputs.append(output)
        bar.aside {
          say(
            """
            \(StandardStream.title(ofInput: job.input)) → \
            \(StandardStream.title(ofOutput: job.output))  \(output.width)×\(output.height)  \
            \(String(format: "%.2f", output.totalSeconds)) s
            """)
        }
      } catch {
        failures.append(Failure(input: job.input, reason: error.localizedDescription))
        bar.aside { Console.writeError(error.localizedDescription) }
      }
    }
    bar.clear()
    if console.isJSON {
      try console.result(
        json: Result(outputs: outputs, failures: failures.isEmpty ? nil : failures))
    }
    if !failures.isEmpty { throw ExitCode.failure }
  }

  private func perform(_ job: StylizePlan.Job, heldSize: inout [Int]?) throws -> Output {
    let clock = ContinuousClock()
    let begun = clock.now
    var photo =
      job.input == StandardStream.name
      ? try StandardStream.readPhoto() : try Image(contentsOf: job.input)
    let name = StandardStream.title(ofInput: job.input)
    if let size { photo = try photo.scaled(bySize: size, name: name) }
    let isStreamed = job.output == StandardStream.name
    if !isStreamed { try Folder.checkWritable(folderOf: job.output) }
    let computed = clock.now
    var picture = try stylised(photo, name: name, heldSize: &heldSize)
    if manner.keepsColors { picture = picture.withColors(of: photo) }
    let computeTime = clock.now - computed
    if isStreamed {
      try StandardStream.write(picture)
    } else {
      try picture.write(to: job.output, quality: quality)
    }
    return Output(
      input: job.input, output: job.output, width: picture.width, height: picture.height,
      mixture: StyleArgument.shares(of: manner.mixture),
      regions: manner.regions.map {
        Region(mask: $0.mask, mixture: StyleArgument.shares(of: $0.mixture))
      },
      strength: manner.strength, strokeSize: manner.strokeSize, keepColors: manner.keepsColors,
      precision: stylizer.scalarType.rawValue, backend: stylizer.backend.name,
      computeSeconds: computeTime.inSeconds, totalSeconds: (clock.now - begun).inSeconds)
  }

  /// Stylises a photo that memory suffices for.
  ///
  /// - Parameters:
  ///   - heldSize: The width and height for which the process holds all the memory needed.
  private func stylised(
    _ photo: Image, name: String, heldSize: inout [Int]?
  ) throws(CommandError) -> Image {
    // What a picture has left free serves the next of its size, and only that.
    let size = [photo.width, photo.height]
    if size == heldSize { return try painted(photo, name: name) }
    TensorMemory.releaseFreeBlocks()
    heldSize = nil
    heldSize = size
    return try painted(photo, name: name)
  }

  private func painted(_ photo: Image, name: String) throws(CommandError) -> Image {
    do throws(StylizingError) {
      return try stylizer.stylize(
        photo, with: manner.groundMixture, regions: regions, strokeSize: manner.strokeSize)
    } catch {
      throw .cannotStylize(name, reason: error.description)
    }
  }
}
