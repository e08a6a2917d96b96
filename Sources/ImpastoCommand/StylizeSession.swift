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

  private struct Result: Encodable {
    var outputs: [Output]
  }

  /// Runs `jobs` and prints their results.
  ///
  /// - Throws: `ExitCode.failure` at the end where one or more of them failed.
  func run(_ jobs: [StylizePlan.Job], console: Console) throws {
    console.result(StyleArgument.text(of: mixture))
    var outputs: [Output] = []
    var bar = ProgressBar(total: jobs.count, console: console)
    let isLong = jobs.count > 1
    for (index, job) in jobs.enumerated() {
      if isLong { bar.update(index, job.input) }
      do {
        let output = try perform(job)
        outputs.append(output)
        bar.aside {
          console.result(
            """
            \(job.input) → \(job.output)  \(output.width)×\(output.height)  \
            \(String(format: "%.2f", output.totalSeconds)) s
            """)
        }
      } catch {
        bar.aside { Console.writeError(error.localizedDescription) }
      }
    }
    bar.clear()
    if console.isJSON { try console.result(json: Result(outputs: outputs)) }
    if outputs.count < jobs.count { throw ExitCode.failure }
  }

  private func perform(_ job: StylizePlan.Job) throws -> Output {
    let clock = ContinuousClock()
    let begun = clock.now
    var photo = try Image(contentsOf: job.input)
    if let size { photo = photo.scaled(longerSide: size) }
    let computed = clock.now
    let picture = try stylised(photo, name: job.input)
    let computeTime = clock.now - computed
    try picture.write(to: job.output, quality: quality)
    return Output(
      input: job.input, output: job.output, width: picture.width, height: picture.height,
      mixture: Dictionary(uniqueKeysWithValues: mixture.parts.map { ($0.name, $0.weight) }),
      precision: precision, backend: backend, computeSeconds: computeTime.inSeconds,
      totalSeconds: (clock.now - begun).inSeconds)
  }

  private func stylised(_ photo: Image, name: String) throws(CommandError) -> Image {
    // What the last picture left free may be of no use for one of another size.
    TensorMemory.releaseFreeBlocks()
    let needed =
      photo.width * photo.height * stylizer.model.network.architecture.scalarsPerPixel
      * stylizer.scalarType.size
    if let free = AvailableMemory.bytes, needed > free {
      throw .notEnoughMemory(name, needed: needed, free: free)
    }
    do throws(StylizingError) {
      return try stylizer.stylize(photo, with: mixture)
    } catch {
      throw .cannotStylize(name, reason: error.description)
    }
  }
}
