import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors

/// One call of a command that paints one photo in many mixtures.
struct BlendRun {
  let stylizer: Stylizer
  private let input: String
  private let output: String
  private let options: BlendOptions
  private let begun = ContinuousClock.now

  private var console: Console { options.shown.console }

  /// The result of every such command, with the `details` of one.
  private struct Result<Details: Encodable>: Encodable {
    let details: Details
    let input, output: String
    let precision, backend: String
    let arithmetic = Arithmetic.current
    let computeSeconds, totalSeconds: Double

    private enum Key: CodingKey {
      case input, output, precision, backend, arithmetic, computeSeconds, totalSeconds
    }

    func encode(to encoder: any Encoder) throws {
      try details.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(input, forKey: .input)
      try container.encode(output, forKey: .output)
      try container.encode(precision, forKey: .precision)
      try container.encode(backend, forKey: .backend)
      try container.encode(arithmetic, forKey: .arithmetic)
      try container.encode(computeSeconds, forKey: .computeSeconds)
      try container.encode(totalSeconds, forKey: .totalSeconds)
    }
  }

  /// Reads the checkpoint.
  init(_ input: PhotoArgument, to output: String, _ options: BlendOptions) throws {
    (self.input, self.output, self.options) = (input.photo, output, options)
    stylizer = try options.compute.stylizer(options.model, console: options.shown.console)
  }

  /// Reads the photo.
  ///
  /// - Parameters:
  ///   - size: The longer side that the user asked for.
  ///   - limit: The longer side beyond which the photo is made smaller where nobody asked.
  ///   - held: How many pictures the result and what becomes of it have in memory at most.
  func painter(size: Int?, limit: Int, held: Int) throws -> PhotoPainter {
    let painter = try PhotoPainter(
      input, size: size, limit: limit, held: held, stylizer: stylizer,
      memory: options.memory.budget())
    painter.warnings.forEach(console.warn)
    return painter
  }

  /// Paints the photo in each of `mixtures` until a signal stops it, and shows how far it is.
  ///
  /// - Parameter body: What becomes of a picture.
  /// - Returns: How long painting took, without `body`.
  func paint(
    _ mixtures: [StyleMixture], by painter: PhotoPainter, until stop: StopSignal,
    _ body: (Image) throws -> Void
  ) throws -> Duration {
    var bar = ProgressBar(total: mixtures.count, console: console)
    defer { bar.clear() }
    do {
      return try painter.paint(mixtures, while: { !stop.isRaised }) { index in
        let mixture = mixtures[index]
        bar.update(
          index, mixture.parts.count == 1 ? mixture.description : StyleArgument.text(of: mixture))
      } _: {
        try body($0)
      }
    } catch StylizingError.stopped {
      throw stop.interruption(.interrupted(output))
    }
  }

  /// Prints the result.
  ///
  /// - Parameters:
  ///   - words: What it holds, such as `5 frames of 96×64`.
  ///   - time: How long painting took.
  ///   - details: What JSON says besides.
  func conclude(_ words: String, _ time: Duration, _ details: some Encodable) throws {
    let seconds = (ContinuousClock.now - begun).inSeconds
    if console.isJSON {
      return try console.result(
        json: Result(
          details: details, input: input, output: output,
          precision: stylizer.scalarType.rawValue, backend: stylizer.backend.name,
          computeSeconds: time.inSeconds, totalSeconds: seconds))
    }
    console.result("\(input) → \(output)  \(words)  \(String(format: "%.2f", seconds)) s")
  }
}
