import ArgumentParser
import ImpastoCluster
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing

/// `impasto stylize`: paints photos in a style or a blend of styles.
struct StylizeCommand: ParsableCommand, RankedCommand {
  static let configuration = CommandConfiguration(
    commandName: "stylize",
    abstract: "Paint photos in a style or a blend of styles.",
    usage: "impasto stylize <photo> ... --style <style> [<options>]",
    discussion: """
      Examples:
        impasto stylize photo.jpg --style great-wave
        impasto stylize photo.jpg --style great-wave:7,hokusai-poppies:3 -o a.jpg
        impasto stylize photos/ --style hokusai-poppies -o stylised/
        impasto stylize photo.jpg --style great-wave --strength 0.6 --keep-colors
        impasto stylize photo.jpg --style great-wave --region face.png=photo
        cat photo.jpg | impasto stylize - --style great-wave -o - > a.png
        impasto stylize --list photos.txt --style great-wave -o stylised/
        mpirun -n 4 impasto stylize photos/ --style great-wave -o stylised/

      Without --output the result of photo.jpg goes beside it, as photo-great-wave.png or, for a \
      blend, photo-great-wave-70-hokusai-poppies-30.png (photo-blend.png beyond three styles); \
      strength, regions, stroke size and colours kept are part of the name.

      A folder of results has a manifest.jsonl with a line for each photo. The same command paints \
      only what is missing there: what has changed, has failed or was not done.
      """)

  @Argument(
    help: ArgumentHelp(
      """
      Photos (\(ImageFormat.readTitles)) and folders of photos; - for a photo on standard input.
      """,
      valueName: "photo"))
  var inputs: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Paint the photos that this file names, one a line or separated by NUL; - for standard input.
      """,
      discussion: """
        The folders of the names are mirrored in that of --output. The file is read as far as \
        photos are painted, so that it may name millions.
        """, valueName: "file"))
  var list: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Style by name, or several with weights: a:0.7,b:0.3. Weights are normalised to sum 1.",
      valueName: "style"))
  var style: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      File to write, .png, .jpg or .webp; with several photos the folder for them, made if \
      missing; - for standard output, as PNG.
      """,
      valueName: "path"))
  var output: String?

  @Flag(help: "Search subfolders too, and mirror them in the results.")
  var recursive = false

  @Flag(help: "Keep results that exist, however they were painted.")
  var skipExisting = false

  @Option(
    help: ArgumentHelp(
      "Paint every N-th photo only, from the I-th on, so that N processes share a folder or list.",
      valueName: "i/n"))
  var shard: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Scale the photo so that its longer side has this many pixels.",
      valueName: "pixels"))
  var size: Int?

  @OptionGroup var metadata: MetadataOptions
  @OptionGroup var jpeg: QualityOptions
  @OptionGroup var steering: SteeringOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var shown: LongOutputOptions

  func validate() throws {
    try Image.check(size: size)
    guard list != nil else {
      if inputs.isEmpty { throw ValidationError("Missing expected argument '<photo> ...'") }
      return
    }
    guard inputs.isEmpty, !recursive else {
      throw ValidationError("--list names the photos; leave other photos and --recursive out")
    }
    guard let output, output != StandardStream.name else {
      throw ValidationError("--list needs a folder for the results; name it with --output")
    }
    try StylizePlan.checkFolder(output)
  }

  func run() throws {
    try RankedRun.lead { try run(meeting: $0) }
  }

  private func run(meeting: RankMeeting?) throws {
    let ranks = meeting?.ranks ?? .alone
    let shard = try shard.map(ShardArgument.shard) ?? .all
    let arguments = try PaintingArguments(style: style, steering: steering)
    let console = shown.console
    let stylizer = try compute.stylizer(model, processes: ranks.localSize, console: console)
    try arguments.check(against: stylizer.model, in: ModelSearch.path(given: model.model))
    let source = ranks.isFirst ? try source(arguments, stylizer.model, shard, ranks) : nil
    let settings = arguments.settings(
      regions: try arguments.readRegions(onWarning: console.warn))
    let facts = try Facts(
      program: Impasto.release, settings, size: size, keepsMetadata: !metadata.strip,
      stylizer: stylizer)
    try meeting?.agree(on: facts)

    let progress = PictureProgress(count: source?.count ?? 1, console: console)
    let stylist = PhotoStylist(
      stylizer: stylizer, arguments: arguments, settings: settings, size: size,
      quality: jpeg.quality, metadata: metadata,
      memory: memory.budget(processes: ranks.localSize), progress: progress)
    var ledger: StylizeLedger?
    if let source {
      ledger = try StylizeLedger(
        source, facts: facts, shard: shard, lines: arguments.lines, console: console,
        progress: progress)
    }
    try StylizeRun(ranks: ranks, console: console, progress: progress).run(ledger, stylist)
  }

  /// The photos to paint.
  private func source(
    _ arguments: PaintingArguments, _ model: StyleModel, _ shard: Shard, _ ranks: Communicator
  ) throws -> sending any JobSource {
    let (suffix, masks) = (arguments.fileNameSuffix, arguments.regions.map(\.mask))
    if let list, let output {
      return try ListedPhotos(
        list, output: output, suffix: suffix, masks: masks, skipsExisting: skipExisting)
    }
    let plan = try StylizePlan(
      .init(
        inputs: inputs, output: output, isRecursive: recursive, skipsExisting: skipExisting),
      suffix: suffix, masks: masks, styles: model.styles.map(\.name))
    if plan.isStreamed, ranks.size > 1 {
      throw ValidationError(
        "--output - is for one picture, which one process paints; start it without mpirun")
    }
    try plan.checkStream(isJSON: shown.json)
    if shard != .all, plan.folder == nil {
      throw ValidationError("--shard needs a folder for the results; name it with --output")
    }
    return plan
  }
}
