import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoSessions
import ImpastoTraining

/// One call of `impasto optimize`: runs a session and prints what comes of it.
struct OptimizationRun {
  private let command: OptimizeCommand
  private let session: OptimizationSession
  private let console: Console

  private struct Painting: Encodable {
    var path: String
    var weight: Float
  }

  private struct Details: Encodable {
    var input: String
    var paintings: [Painting]
    var losses: PictureLosses
  }

  /// Reads all that `command` names, so that every mistake shows before the first iteration.
  init(command: OptimizeCommand) throws {
    self.command = command
    console = command.shown.console
    try PhotoArgument.checkExtension(of: command.output)
    for painting in command.paintings where Folder.isSame(painting, command.input.photo) {
      throw ValidationError(
        "\(painting) is the photo itself; name a painting to take the style of")
    }
    let options = command.optimization
    let weights = try options.weights(of: command.paintings.count)
    let start: OptimizationPlan.Start =
      switch options.start {
      case "photo": .photo
      case "noise": .noise
      default: .file(options.start)
      }
    if case .file(let path) = start, !FileStatus.exists(path) { throw CommandError.noStart(path) }
    session = try OptimizationSession(
      OptimizationPlan(
        photo: command.input.photo,
        paintings: zip(command.paintings, weights).map { (path: $0, weight: $1) }, start: start,
        size: command.size, keepsColors: command.keepColors, settings: try options.settings,
        compute: command.compute.settings,
        output: ResultFile(
          command.output, quality: command.jpeg.quality, copiesMetadata: !command.metadata.strip,
          progressInterval: command.saveEvery)))
    session.warnings.forEach(console.warn)
    session.notices.forEach(console.note)
  }

  /// Optimises until all iterations are done or a signal asks to stop, and writes the picture.
  func run() throws {
    let optimization = session.optimization
    let sizes = optimization.sizes.map { "\($0.width)×\($0.height)" }.joined(separator: ", ")
    console.note(
      """
      \(command.paintings.count.of("painting")), \
      \(optimization.settings.iterations.of("iteration")) of \
      \(optimization.settings.method == .lbfgs ? "L-BFGS" : "Adam") at \(sizes)
      """)
    console.detail("\(session.backend), \(session.precision)")
    let shown = PixelProgress<PictureLosses>(
      total: optimization.settings.iterations * optimization.sizes.count, output: command.output,
      console: console, words: words)
    defer { session.warnings.forEach(console.warn) }
    try shown.lead { goesOn, progress in
      try session.run(while: goesOn, progress)
    } conclude: { outcome in
      try conclude(outcome, shown)
    }
  }

  private func words(_ losses: PictureLosses) -> String {
    var text = String(
      format: "loss %.4g  content %.4g  style %.4g", losses.total, losses.content, losses.style)
    if session.plan.settings.terms.totalVariationWeight > 0 {
      text += String(format: "  variation %.4g", losses.totalVariation)
    }
    return text
  }

  private func conclude(
    _ outcome: OptimizationOutcome<PictureLosses>, _ shown: PixelProgress<PictureLosses>
  ) throws {
    let (sizes, losses) = (session.optimization.sizes, session.optimization.losses)
    try shown.conclude(
      outcome, command.input.photo, size: sizes[sizes.count - 1], precision: session.precision,
      backend: session.backend, losses: String(format: "loss %.4g", losses.total),
      details: Details(
        input: command.input.photo,
        paintings: session.plan.paintings.map { Painting(path: $0.path, weight: $0.weight) },
        losses: losses))
  }
}
