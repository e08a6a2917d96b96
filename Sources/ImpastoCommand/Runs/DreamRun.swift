import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoNetworks
import ImpastoSessions
import ImpastoTraining
import ImpastoVideo

/// One call of `impasto dream` on a photo: runs a session and prints what comes of it.
struct DreamRun {
  private let photo: String
  private let command: DreamCommand
  private let session: DreamSession
  private let console: Console

  private struct Details: Encodable {
    var input: String
    var responses: DreamResponses
  }

  private struct Journey: Encodable {
    var input, output: String
    var width, height, frames: Int
    var finished: Bool
    var precision, backend: String
    var arithmetic = Arithmetic.current
  }

  /// Reads all that `command` names, so that every mistake shows before the first iteration.
  init(photo: String, command: DreamCommand) throws {
    (self.photo, self.command) = (photo, command)
    console = command.shown.console
    if command.zoom != nil {
      _ = try VideoError.asMistakeOfOutput { () throws(VideoError) in
        try DreamPlan.isFilm(command.output)
      }
    }
    session = try DreamSession(
      DreamPlan(
        photo: photo, guide: command.guide, mask: command.mask, size: command.size,
        settings: try command.dream.settings, zoom: command.zoom.map { .init(frames: $0) },
        compute: command.compute.settings, output: command.file))
    session.warnings.forEach(console.warn)
    session.notices.forEach(console.note)
  }

  /// Dreams until all is done or a signal asks to stop, and writes the result.
  func run() throws {
    let (settings, sizes) = (session.plan.settings, session.dream.sizes)
    let names = settings.targets.map(\.name).joined(separator: ", ")
    let list = sizes.map { "\($0.width)×\($0.height)" }.joined(separator: ", ")
    console.note("\(names), \(settings.iterations.of("iteration")) at \(list)")
    console.detail("\(session.backend), \(session.precision)")
    if let frames = command.zoom { return try travel(frames) }
    let shown = PixelProgress<DreamResponses>(
      total: settings.iterations * sizes.count, output: command.output, console: console
    ) { String(format: "response %.4g", $0.total) }
    defer { session.warnings.forEach(console.warn) }
    try shown.lead { goesOn, progress in
      try session.run(while: goesOn, progress)
    } conclude: { outcome in
      try conclude(outcome, shown)
    }
  }

  private func conclude(
    _ outcome: OptimizationOutcome<DreamResponses>, _ shown: PixelProgress<DreamResponses>
  ) throws {
    let responses = session.dream.losses
    try shown.conclude(
      outcome, photo, size: (session.width, session.height), precision: session.precision,
      backend: session.backend, losses: String(format: "response %.4g", responses.total),
      details: Details(input: photo, responses: responses))
  }

  /// Makes the frames of a journey.
  private func travel(_ frames: Int) throws {
    try StopSignal.caught { stop in
      var bar = ProgressBar(total: frames, console: console)
      let result = Swift.Result {
        try session.runZoom(while: { !stop.isRaised }) { bar.update($0, "frames") }
      }
      bar.clear()
      let count = try result.get()
      guard count > 0 else { throw stop.interruption(.interrupted(command.output)) }
      if console.isJSON {
        try console.result(
          json: Journey(
            input: photo, output: command.output, width: session.width, height: session.height,
            frames: count, finished: count == frames, precision: session.precision,
            backend: session.backend))
      } else {
        console.result(
          "\(photo) → \(command.output)  \(session.width)×\(session.height)  "
            + (count == frames
              ? count.of("frame") : "stopped after \(count) of \(frames.of("frame"))"))
      }
      if count < frames { throw stop.interruption() }
    }
  }
}

/// One call of `impasto dream --chart`.
struct DreamChartRun {
  let tap: VGG19.Tap
  let command: DreamCommand

  private struct Result: Encodable {
    var layer, output: String
    var channels: Int
    var finished: Bool
  }

  /// Makes the sheet until all channels are done or a signal asks to stop.
  func run() throws {
    let console = command.shown.console
    try StopSignal.caught { stop in
      var bar = ProgressBar(total: tap.channels, console: console)
      let result = Swift.Result {
        try DreamChart(of: tap, compute: command.compute.settings, output: command.file)
          .run(while: { !stop.isRaised }) { bar.update($0, "channels") }
      }
      bar.clear()
      let count = try result.get()
      guard count > 0 else { throw stop.interruption(.interrupted(command.output)) }
      let isFinished = count == tap.channels
      if console.isJSON {
        try console.result(
          json: Result(
            layer: "\(tap)", output: command.output, channels: count, finished: isFinished))
      } else {
        console.result(
          "\(command.output)  \(tap)  "
            + (isFinished
              ? count.of("channel") : "stopped after \(count) of \(tap.channels.of("channel"))"))
      }
      if !isFinished { throw stop.interruption() }
    }
  }
}
