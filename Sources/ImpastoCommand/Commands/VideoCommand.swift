public import ArgumentParser
import Foundation
import ImpastoCluster
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
public import ImpastoVideo

extension VideoCodec: ExpressibleByArgument {}

/// `impasto video`: paints films.
struct VideoCommand: ParsableCommand, RankedCommand {
  static let configuration = CommandConfiguration(
    commandName: "video",
    abstract: "Paint a film in a style or on the way from style to style.",
    usage: "impasto video <film> (--style <style> | --through <names>) [<options>]",
    discussion: """
      Examples:
        impasto video holiday.mp4 --style great-wave
        impasto video in.mov --style great-wave:0.7,hokusai-poppies:0.3 -o out.mkv
        impasto video in.mp4 --through great-wave,van-gogh-auvers,photo -o morph.mp4
        impasto video in.mp4 --style great-wave --from 0:10 --duration 5 --size 640 -o try.mp4
        impasto video in.mp4 --style great-wave --region dancer-mask.mp4=photo -o out.mp4
        impasto video frames/ --fps 24 --style great-wave -o out.mp4
        ffmpeg -i in.mp4 -f nut - | impasto video - --style great-wave -o - | ffplay -
        mpirun -n 4 impasto video in.mp4 --style great-wave

      Without --output the result of holiday.mp4 goes beside it, as holiday-great-wave.mp4. Each \
      frame keeps its time; sound, subtitles, chapters and metadata are copied. ffmpeg reads and \
      writes the films. After Ctrl-C the result has all frames so far, and --resume goes on.
      """)

  @Argument(
    help: ArgumentHelp(
      """
      A film, a folder of pictures in the order of their names, or - for a film on standard input.
      """, valueName: "film"))
  var input: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Style by name, or several with weights: a:0.7,b:0.3. Weights are normalised to sum 1.",
      valueName: "style"))
  var style: String?

  @Option(
    help: ArgumentHelp(
      "Styles in order: a,b,c. The name photo stands for the film itself.", valueName: "names"))
  var through: String?

  @Option(
    help: ArgumentHelp(
      "Times of the styles of --through: 0,12.5,1:30 (default: evenly over the film).",
      valueName: "times"))
  var times: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      File to write, .mp4, .mov, .mkv, .webm or .gif; or folder for frame-0001.png and so on, made \
      if missing; - for raw frames on standard output, in the container NUT.
      """, valueName: "path"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Let strokes move with what they show; off sets them anew in each frame.",
      valueName: "on|off"))
  var steady = Switch.on

  @Flag(help: "Go on where an earlier run was stopped, after its last finished part.")
  var resume = false

  @OptionGroup var part: PartOptions
  @OptionGroup var encoding: EncodingOptions
  @OptionGroup var steering: SteeringOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var shown: LongOutputOptions

  func validate() throws {
    guard (style == nil) != (through == nil) else {
      throw ValidationError(
        "name the style with --style, or the way from style to style with --through")
    }
    if times != nil, through == nil {
      throw ValidationError("--times: only the styles of --through have times")
    }
  }

  func run() throws {
    try RankedRun.lead { try run(meeting: $0) }
  }

  private func run(meeting: RankMeeting?) throws {
    let ranks = meeting?.ranks ?? .alone
    let console = shown.console
    if part.live, ranks.size > 1 {
      throw ValidationError("--live: one process paints what it can; start it without mpirun")
    }
    let names = try through.map { try StyleArgument.names($0, option: "--through") }
    let arguments = try PaintingArguments(style: style ?? names?[0] ?? "", steering: steering)
    let files = try VideoFiles(input, output, part: part, suffix: suffix(arguments, names))
    try encoding.check(for: files.output)
    if resume { try files.checkResumable() }
    if files.isStreamed {
      guard ranks.size == 1 else {
        throw ValidationError(
          "--output -: mpirun passes no film on; name a file for it, or start it without mpirun")
      }
      guard !shown.json else {
        throw ValidationError(
          "--json and --output - would both go to standard output; name a file for the film")
      }
      try StandardStream.checkOutput()
    }
    let stylizer = try compute.stylizer(model, processes: ranks.localSize, console: console)
    try arguments.check(against: stylizer.model, in: ModelSearch.path(given: model.model))
    if let names { try StyleArgument.check(names, against: stylizer.model, option: "--through") }
    let regions = try arguments.readFilmRegions(onWarning: console.warn)
    let session = VideoSession(
      input: files.input, output: files.output, selection: part.selection,
      encoding: encoding.encoding,
      styles: try names.map { try timeline(through: $0, files, strength: arguments.strength) }
        ?? MixtureTimeline(arguments.mixture.weakened(to: arguments.strength)), regions: regions,
      strokeSize: arguments.strokeSize, keepsColors: arguments.keepsColors, isSteady: steady == .on,
      continues: resume)
    try meeting?.agree(on: session.facts(stylizer))
    try VideoRun(session, files, arguments, through: names, console: console)
      .run(stylizer, memory: memory.budget(processes: ranks.localSize), ranks: ranks)
  }

  /// The part of a result's name that says how it was painted.
  private func suffix(_ arguments: PaintingArguments, _ names: [String]?) -> String {
    names.map { $0.count > 3 ? "morph" : $0.joined(separator: "-") } ?? arguments.fileNameSuffix
  }

  private func timeline(
    through names: [String], _ files: VideoFiles, strength: Float
  ) throws -> MixtureTimeline {
    let mixtures = names.map { StyleMixture($0).weakened(to: strength) }
    guard let times else {
      guard let duration = files.duration(of: part) else {
        throw ValidationError(
          "--through: the film does not say how long it is; give the times of the styles with --times"
        )
      }
      return MixtureTimeline(through: mixtures, over: duration)
    }
    let seconds = times.split(separator: ",", omittingEmptySubsequences: false)
      .map { TimeArgument(argument: String($0))?.seconds }
    guard seconds.count == names.count, !seconds.contains(nil) else {
      throw ValidationError(
        "--times \(times): expected \(names.count.of("time")), one for each style, such as 0,12.5,1:30"
      )
    }
    let known = seconds.compactMap(\.self)
    guard zip(known, known.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw ValidationError("--times \(times): each time has to be later than the one before")
    }
    return MixtureTimeline(through: mixtures, at: known)
  }
}
