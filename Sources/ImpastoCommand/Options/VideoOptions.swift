import ArgumentParser
import ImpastoImaging
import ImpastoSessions
import ImpastoVideo

/// The value of an option that is on unless it is turned off.
enum Switch: String, CaseIterable, ExpressibleByArgument {
  case on, off
}

/// The options of the part of a film that is painted, and of its size.
struct PartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Time to begin at, such as 12.5 or 1:30.", valueName: "time"))
  var from: TimeArgument?

  @Option(help: ArgumentHelp("Time to paint (default: to the end).", valueName: "time"))
  var duration: TimeArgument?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Scale the film so that its longer side has this many pixels.", valueName: "pixels"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "Frames per second of a folder of pictures, such as 24 or 30000/1001 (default: 25).",
      valueName: "n"))
  var fps: String?

  @Flag(help: "Leave out frames of standard input that come faster than they are painted.")
  var live = false

  func validate() throws {
    try Image.check(size: size)
    if let duration, duration.seconds <= 0 {
      throw ValidationError("--duration 0: expected a time longer than that")
    }
    if let fps, speed == nil {
      throw ValidationError(
        "--fps \(fps): expected a number from 0.01 to 1000, such as 24, 23.976 or 30000/1001")
    }
  }

  /// The frames a second that were asked for.
  var speed: Rational? {
    guard let fps else { return Rational(25, 1) }
    let speed =
      Rational(fps)
      ?? Double(fps).flatMap {
        $0.isFinite && $0 > 0 && $0 < 1e6 ? Rational(max(1, Int(($0 * 1000).rounded())), 1000) : nil
      }
    return speed.flatMap {
      (0.01...1000).contains($0.value) && max($0.numerator, $0.denominator) < 1 << 31 ? $0 : nil
    }
  }

  /// The part of the film, and the size of its frames.
  var selection: VideoReader.Selection {
    .init(start: from?.seconds ?? 0, duration: duration?.seconds, longerSide: size)
  }
}

/// The options of the codec that a film is written with.
struct EncodingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Codec of the pictures (default: h264; vp9 in WebM). ffv1, in .mkv, loses nothing.",
      valueName: "codec"))
  var codec: VideoCodec?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Constant rate factor: lower is better and larger (default: 18 for h264).", valueName: "n"))
  var crf: Int?

  @Option(
    help: ArgumentHelp(
      "Preset of h264 and h265, from ultrafast to veryslow (default: veryfast).",
      valueName: "name"))
  var preset: String?

  @Flag(help: "Do not copy title, date, place and the like from the film.")
  var strip = false

  private static let presets = [
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow",
  ]

  func validate() throws {
    if let preset, !Self.presets.contains(preset) {
      throw ValidationError(
        "--preset \(preset): expected one of \(Self.presets.joined(separator: ", "))")
    }
  }

  /// Refuses what the result cannot have.
  func check(for output: VideoSession.Output) throws {
    var codecs: [VideoCodec] = []
    if case .film(let path) = output {
      let container = try VideoContainer(ofOutput: path)
      codecs = container.codecs
      if let codec, !codecs.isEmpty, !codecs.contains(codec) {
        let error = VideoError.codecNotInContainer(
          path, codec: codec.rawValue, container: container.rawValue)
        throw ValidationError("--codec: \(error.description)")
      }
    }
    guard let chosen = codec ?? codecs.first, !codecs.isEmpty else {
      guard codec == nil, crf == nil, preset == nil else {
        throw ValidationError(
          "--codec, --crf and --preset: only .mp4, .mov, .mkv and .webm films have them; leave them out"
        )
      }
      return
    }
    if let crf {
      guard let range = chosen.rateFactors else {
        throw ValidationError("--crf \(crf): \(chosen.rawValue) loses nothing; leave it out")
      }
      guard range.contains(crf) else {
        throw ValidationError(
          "--crf \(crf): expected a number from 0 to \(range.upperBound) for \(chosen.rawValue)")
      }
    }
    if let preset, !chosen.hasPresets {
      throw ValidationError(
        "--preset \(preset): \(chosen.rawValue) has no presets; leave it out, or choose h264 or h265"
      )
    }
  }

  /// The codec, and its quality.
  var encoding: VideoWriter.Encoding {
    .init(codec: codec, rateFactor: crf, preset: preset, keepsMetadata: !strip)
  }
}
