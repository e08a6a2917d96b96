import Foundation
import ImpastoSessions
import ImpastoStylizing
import ImpastoTraining

/// One call of `impasto doodle`: runs a session and prints what comes of it.
struct DoodleRun {
  private let command: DoodleCommand
  private let session: DoodleSession
  private let console: Console

  private struct Details: Encodable {
    var map: String
    var losses: DoodleLosses
  }

  /// Reads all that `command` names, so that every mistake shows before the first iteration.
  init(command: DoodleCommand) throws {
    self.command = command
    console = command.shown.console
    session = try DoodleSession(command.plan)
    session.warnings.forEach(console.warn)
    session.notices.forEach(console.note)
  }

  /// Paints until all iterations are done or a signal asks to stop, and writes the picture.
  func run() throws {
    let optimization = session.optimization
    let sizes = optimization.sizes.map { "\($0.width)×\($0.height)" }.joined(separator: ", ")
    let colors = session.maps.regions.map(\.color.description).joined(separator: ", ")
    console.note(
      """
      \(session.maps.regions.count.of("region")) (\(colors)), \
      \(optimization.settings.iterations.of("iteration")) at \(sizes)
      """)
    console.detail("\(session.backend), \(session.precision)")
    let shown = PixelProgress<DoodleLosses>(
      total: optimization.settings.iterations * optimization.sizes.count, output: command.output,
      console: console, words: words)
    defer { session.warnings.forEach(console.warn) }
    try shown.lead { goesOn, progress in
      try session.run(while: goesOn, progress)
    } conclude: { outcome in
      try conclude(outcome, shown)
    }
  }

  private func words(_ losses: DoodleLosses) -> String {
    var text = String(format: "loss %.4g  style %.4g", losses.total, losses.style)
    if command.photo != nil { text += String(format: "  content %.4g", losses.content) }
    return text
  }

  private func conclude(
    _ outcome: OptimizationOutcome<DoodleLosses>, _ shown: PixelProgress<DoodleLosses>
  ) throws {
    let (sizes, losses) = (session.optimization.sizes, session.optimization.losses)
    try shown.conclude(
      outcome, command.map, size: sizes[sizes.count - 1], precision: session.precision,
      backend: session.backend, losses: String(format: "loss %.4g", losses.total),
      details: Details(map: command.map, losses: losses))
  }
}

/// One call of `impasto doodle --preview`.
struct DoodlePreviewRun {
  let command: DoodleCommand

  private struct Result: Encodable {
    var map, output: String
    var width, height: Int
    var computeSeconds: Double
  }

  /// Paints the preview, unless a signal asks to stop.
  func run() throws {
    let console = command.shown.console
    let preview = try DoodlePreview(
      command.plan, stylizer: command.compute.stylizer(command.model, console: console))
    preview.warnings.forEach(console.warn)
    preview.notices.forEach(console.note)
    let (width, height) = (preview.width, preview.height)
    try StopSignal.caught { stop in
      let begun = ContinuousClock.now
      do {
        try preview.run { !stop.isRaised }
      } catch StylizingError.stopped {
        throw stop.interruption(.interrupted(command.output))
      }
      let seconds = (ContinuousClock.now - begun).inSeconds
      if console.isJSON {
        try console.result(
          json: Result(
            map: command.map, output: command.output, width: width, height: height,
            computeSeconds: seconds))
      } else {
        console.result(
          String(
            format: "%@ → %@  %d×%d  preview  %.2f s", command.map, command.output, width, height,
            seconds))
      }
    }
  }
}
