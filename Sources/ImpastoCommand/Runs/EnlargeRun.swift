import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors

/// One call of `enlarge`: enlarges one photo after the other, and goes on after those that fail.
struct EnlargeRun {
  let enlarger: Enlarger
  let fidelity: Float
  let quality: Int
  let metadata: MetadataOptions
  let memory: MemoryBudget
  let console: Console

  /// The description of an enlarged picture, as `--json` tells it.
  private struct Output: Encodable {
    var input, output: String
    var width, height, scale: Int
    var fidelity: Float
    /// Left out where the photo is opaque.
    var transparency: Transparency?
    var precision, backend: String
    var arithmetic: Arithmetic
    var computeSeconds: Double
    var totalSeconds: Double
  }

  private struct Result: Encodable {
    var outputs: [Output]
    /// Absent where there is none, as are those left out.
    var failures, leftOut: [Remark]?
  }

  /// Enlarges the photos of `plan`, until a signal stops it, and prints the results.
  ///
  /// - Throws: ``Interruption``, or `ExitCode.failure` at the end where an input was refused or failed.
  func run(_ plan: StylizePlan) throws {
    var plan = plan
    // Where the picture itself is printed, words go beside it.
    let say = plan.isStreamed ? console.note : console.result(_:)
    var (outputs, failures) = ([Output](), plan.refusals)
    for failure in failures { Console.writeError(failure.reason) }
    console.leftOut(plan.omissions)
    if let folder = plan.folder, plan.count != 0 { try Directory.make(folder) }
    let progress = PictureProgress(count: plan.count ?? 1, console: console)
    let maker = PictureMaker(
      quality: quality, metadata: metadata, memory: memory, progress: progress
    ) { photo, format in
      try PhotoEnlargement(
        photo, by: enlarger, memory: memory, format: format, quality: quality)
    }
    var interruption: Interruption?
    var done = 0
    while interruption == nil, case .job(let job) = plan.next() {
      let name = StandardStream.title(ofInput: job.input)
      progress.begin(name, after: done)
      var remarks = PictureMaker.Remarks()
      do {
        let made = try maker.make(job, named: name, into: plan.folder != nil, &remarks)
        outputs.append(output(of: job, made))
        tell(remarks, progress)
        say(
          """
          \(name) → \(StandardStream.title(ofOutput: job.output))  \
          \(made.width)×\(made.height)  \(String(format: "%.2f", made.totalSeconds)) s
          """)
        // After the last picture there is nothing left to stop.
        if done + 1 < plan.count ?? 0 { interruption = StopSignal.pending }
      } catch {
        tell(remarks, progress)
        let words = CommandError.words(for: error)
        failures.append(.init(input: job.input, reason: words))
        Console.writeError(words)
        interruption = error as? Interruption ?? StopSignal.pending
      }
      done += 1
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

  private func tell(_ remarks: PictureMaker.Remarks, _ progress: PictureProgress) {
    remarks.notes.forEach(progress.note)
    progress.warn(remarks.warnings)
    progress.clear()
  }

  private func output(of job: PaintingJob, _ made: PictureMaker.Made) -> Output {
    Output(
      input: job.input, output: job.output, width: made.width, height: made.height,
      scale: enlarger.scale, fidelity: fidelity, transparency: made.transparency,
      precision: enlarger.scalarType.rawValue, backend: enlarger.backend.name,
      arithmetic: .current, computeSeconds: made.computeSeconds, totalSeconds: made.totalSeconds)
  }
}
