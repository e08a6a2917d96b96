import ArgumentParser
import Foundation
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors

/// Stylises one photo after the other, going on after those that fail.
struct StylizeSession {
  let stylizer: Stylizer
  let mixture: StyleMixture
  let size: Int?
  let quality: Int
  let precision: String
  let backend: String

  private struct Output: Encodable {
    var input, output: String
    var width, height: Int
    var mixture: [String: Float]
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
    console.result(StyleArgument.text(of: mixture))
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
          console.result(
            """
            \(job.input) → \(job.output)  \(output.width)×\(output.height)  \
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
    var photo = try Image(contentsOf: job.input)
    if let size { photo = try photo.scaled(bySize: size, name: job.input) }
    try Folder.checkWritable(folderOf: job.output)
    let computed = clock.now
    let picture = try stylised(photo, name: job.input, heldSize: &heldSize)
    let computeTime = clock.now - computed
    try picture.write(to: job.output, quality: quality)
    return Output(
      input: job.input, output: job.output, width: picture.width, height: picture.height,
      mixture: StyleArgument.shares(of: mixture),
      precision: precision, backend: backend, computeSeconds: computeTime.inSeconds,
      totalSeconds: (clock.now - begun).inSeconds)
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
    try stylizer.checkMemory(pixels: photo.width * photo.height, name: name)
    heldSize = size
    return try painted(photo, name: name)
  }

  private func painted(_ photo: Image, name: String) throws(CommandError) -> Image {
    do throws(StylizingError) {
      return try stylizer.stylize(photo, with: mixture)
    } catch {
      throw .cannotStylize(name, reason: error.description)
    }
  }
}
