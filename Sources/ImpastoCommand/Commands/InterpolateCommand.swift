import ArgumentParser
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing

/// `impasto interpolate`: paints one photo on the way from style to style.
struct InterpolateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpolate",
    abstract: "Paint a photo step by step from one style to the next.",
    usage: "impasto interpolate <photo> --through <names> --frames <n> -o <path> [<options>]",
    discussion: """
      Examples:
        impasto interpolate photo.jpg --through a,b,c --frames 60 -o morph.gif
        impasto interpolate photo.jpg --through photo,a --frames 8 -o strip.png
        impasto interpolate photo.jpg --through a,b,c --frames 90 --loop -o frames/

      The first frame has the first style alone, the last frame the last style. Each style between \
      has one frame to itself; from one to the next the weights change by equal steps. With --loop \
      the frames lead back to the first style, and an animation repeats without end; otherwise it \
      plays once.
      """)

  @OptionGroup var input: PhotoArgument

  @Option(
    help: ArgumentHelp(
      "Styles in order: a,b,c. The name photo stands for the photo itself.", valueName: "names"))
  var through: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Number of frames, at least as many as styles.", valueName: "n"))
  var frames: Int

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      Animation to write, .gif; or picture with all frames in a row, .png, .jpg or .webp; or \
      folder for frame-0001.png and so on, made if missing.
      """, valueName: "path"))
  var output: String

  @Flag(help: "Go back to the first style.")
  var loop = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Frames per second of an animation, 1 to 50 (default: 20).", valueName: "n"))
  var fps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Longer side of a frame (default: the photo's, but at most 480 unless in a folder).",
      valueName: "pixels"))
  var size: Int?

  @OptionGroup var options: BlendOptions

  private struct Details: Encodable {
    var frames, width, height: Int
    /// Of each frame.
    var mixtures: [[String: Float]]
    /// Left out where the photo is opaque.
    var transparency: Transparency?
  }

  func validate() throws {
    try Image.check(size: size)
    try OptionRange.check("frames", frames, 2...9999)
    try OptionRange.check("fps", fps, 1...50)
  }

  func run() throws {
    let names = try StyleArgument.names(through, option: "--through")
    guard names.count >= 2 else {
      throw ValidationError("--through \(through): one style; name two or more, as in a,b")
    }
    guard frames >= names.count else {
      throw ValidationError(
        "--frames \(frames): fewer than the \(names.count) styles of --through; ask for as many or more"
      )
    }
    if output == StandardStream.name {
      throw ValidationError(
        """
        --output -: frames are not written to standard output; name a file in \
        \(FrameOutput.writtenExtensions), or a folder
        """)
    }
    let kind = try FrameOutput(output)
    if fps != nil, kind != .animation {
      throw ValidationError("--fps: only an animation has a speed; end --output in .gif")
    }
    if kind != .folder { try input.checkOutput(output) }

    let run = try BlendRun(input, to: output, options)
    try StyleArgument.check(names, against: run.stylizer.model, option: "--through")
    let painter = try run.painter(
      size: size, limit: kind == .folder ? .max : 480, held: kind == .strip ? 1 + frames : 1)
    let photo = painter.photo
    if kind == .strip { try painter.checkResult(output, pictures: frames, columns: frames) }
    let transparency = Transparency(photo.opacity, in: kind.format(output))
    if let note = transparency?.note(output, remedy: "name a folder to keep them") {
      options.shown.console.note(note)
    }

    let mixtures = StyleMixture.path(through: names, frames: frames, isLoop: loop)
    let time = try StopSignal.caught { stop in
      let sink = try kind.open(
        output, like: photo, count: frames, speed: fps ?? 20, isLoop: loop,
        quality: options.jpeg.quality)
      let time = try run.paint(mixtures, by: painter, until: stop, sink.append)
      try sink.finish()
      return time
    }
    try run.conclude(
      "\(frames.of("frame")) of \(photo.width)×\(photo.height)", time,
      Details(
        frames: frames, width: photo.width, height: photo.height,
        mixtures: mixtures.map(StyleArgument.shares), transparency: transparency))
  }
}
