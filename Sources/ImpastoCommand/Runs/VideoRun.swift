import ArgumentParser
import Foundation
import ImpastoCluster
import ImpastoCompute
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors
import ImpastoVideo

/// One call of `impasto video`: progress on the terminal, signals, and the result.
struct VideoRun {
  private let session: VideoSession
  private let files: VideoFiles
  private let arguments: PaintingArguments
  /// The styles that the film passes; nil where it has the same throughout.
  private let through: [String]?
  private let console: Console

  private struct Result: Encodable {
    var input, output: String
    /// Of the result.
    var frames: Int
    /// That an earlier run has painted; left out without one.
    var earlierFrames: Int?
    var width, height: Int
    /// Of the result.
    var duration: Double
    /// That were painted.
    var framesPerSecond: Double
    var decodeSeconds, paintSeconds, steadySeconds, encodeSeconds, totalSeconds: Double
    /// Left out where the film was not steadied.
    var steadiness: MeasuredSteadiness?
    var mixture: [String: Float]?
    var through: [String]?
    var strength: Float
    var strokeSize: Double
    var keepColors: Bool
    var precision, backend: String
    var arithmetic = Arithmetic.current
    /// Left out where the whole film was read.
    var endedEarly: String?
  }

  private struct MeasuredSteadiness: Encodable {
    var unsteadyChange, steadyChange: Double
  }

  init(
    _ session: VideoSession, _ files: VideoFiles, _ arguments: PaintingArguments,
    through: [String]?, console: Console
  ) {
    (self.session, self.files) = (session, files)
    (self.arguments, self.through, self.console) = (arguments, through, console)
  }

  /// Paints the film until it ends or a signal stops it, and prints the result; on another rank than the
  /// first paints frames for that.
  ///
  /// - Throws: ``Interruption``; `VideoError` and ``SessionError``, of a film that ends before its
  ///   time as well.
  func run(_ stylizer: Stylizer, memory: MemoryBudget, ranks: Communicator) throws {
    guard ranks.isFirst else {
      return try StopSignal.caught { stop in
        let isFinished = try session.paintShare(
          stylizer: stylizer, memory: memory, ranks: ranks, while: { !stop.isRaised })
        if !isFinished { throw stop.interruption() }
      }
    }
    let clock = ContinuousClock()
    let begun = clock.now
    // Where the frames themselves are printed, words go beside them.
    let say = files.isStreamed ? console.note : console.result(_:)
    if let through { say(through.joined(separator: " → ")) }
    arguments.lines.dropFirst(through == nil ? 0 : 1).forEach(say)
    var (bar, size): (ProgressBar?, (width: Int, height: Int)) = (nil, (0, 0))
    var earlier = 0
    defer { bar?.clear() }
    let (painted, stop) = try StopSignal.caught { stop in
      let outcome: VideoSession.Outcome
      do {
        outcome = try session.run(
          stylizer: stylizer, memory: memory, ranks: ranks, while: { !stop.isRaised }
        ) { start in
          start.warnings.forEach(console.warn)
          size = (start.format.width, start.format.height)
          earlier = start.earlierFrames
          if let count = start.expectedFrames {
            bar = ProgressBar(total: count, completed: earlier, console: console)
          }
        } progress: { count in
          let speed = Double(count - earlier) / (clock.now - begun).inSeconds
          bar?.update(count, String(format: "%.1f frames a second", speed))
        }
      } catch let error as StylizingError {
        guard case .invisibleRegion(let index, _, _) = error else { throw error }
        throw SessionError.cannotStylize(arguments.regions[index].mask, reason: error.description)
      }
      return (outcome, stop)
    }
    bar?.clear()
    let outcome = painted.film
    if outcome.isStopped, outcome.frames == 0 {
      throw stop.interruption(.interrupted(files.outputTitle))
    }
    let seconds = (clock.now - begun).inSeconds
    if console.isJSON {
      try console.result(json: result(of: painted, size, earlier, seconds, stylizer))
    }
    say(
      """
      \(files.inputTitle) → \(files.outputTitle)  \(outcome.frames.of("frame")) of \
      \(size.width)×\(size.height)  \(String(format: "%.2f", seconds)) s
      """)
    if outcome.isStopped {
      throw stop.interruption(
        .shortened(
          files.outputTitle, frames: outcome.frames, canBeContinued: painted.canBeContinued))
    }
    if let fault = outcome.fault { throw fault }
  }

  private func result(
    of painted: VideoSession.Outcome, _ size: (width: Int, height: Int), _ earlier: Int,
    _ seconds: Double, _ stylizer: Stylizer
  ) -> Result {
    let outcome = painted.film
    return Result(
      input: files.inputTitle, output: files.outputTitle, frames: outcome.frames,
      earlierFrames: earlier > 0 ? earlier : nil,
      width: size.width, height: size.height, duration: outcome.seconds,
      framesPerSecond: Double(outcome.frames - earlier) / seconds,
      decodeSeconds: outcome.decoding.inSeconds,
      paintSeconds: outcome.painting.inSeconds, steadySeconds: painted.steadying.inSeconds,
      encodeSeconds: (outcome.encoding - painted.steadying).inSeconds,
      totalSeconds: seconds,
      steadiness: painted.steadiness.map {
        .init(unsteadyChange: $0.unsteadyChange, steadyChange: $0.steadyChange)
      }, mixture: through == nil ? StyleArgument.shares(of: arguments.mixture) : nil,
      through: through, strength: arguments.strength,
      strokeSize: arguments.strokeSize,
      keepColors: arguments.keepsColors, precision: stylizer.scalarType.rawValue,
      backend: stylizer.backend.name, endedEarly: outcome.fault?.description)
  }
}
