import ArgumentParser
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing

/// `impasto stylize`: paints photos in a style or a blend of styles.
struct StylizeCommand: ParsableCommand {
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

      Without --output the result of photo.jpg goes beside it, as photo-great-wave.png or, for a \
      blend, photo-great-wave-70-hokusai-poppies-30.png (photo-blend.png beyond three styles); \
      strength, regions, stroke size and colours kept are part of the name.
      """)

  @Argument(
    help: ArgumentHelp(
      """
      Photos (\(ImageFormat.readTitles)) and folders of photos; - for a photo on standard input.
      """,
      valueName: "photo"))
  var inputs: [String]

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

  @Flag(help: "Keep results that exist instead of painting them again.")
  var skipExisting = false

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
  @OptionGroup var shown: OutputOptions

  func validate() throws {
    try Image.check(size: size)
  }

  func run() throws {
    let arguments = try PaintingArguments(style: style, steering: steering)
    let console = shown.console
    let stylizer = try compute.stylizer(model, console: console)
    try arguments.check(against: stylizer.model, in: ModelSearch.path(given: model.model))
    let plan = try StylizePlan(
      .init(
        inputs: inputs, output: output, isRecursive: recursive, skipsExisting: skipExisting),
      suffix: arguments.fileNameSuffix, masks: arguments.regions.map(\.mask),
      styles: stylizer.model.styles.map(\.name))
    if plan.isStreamed {
      guard !shown.json else {
        throw ValidationError(
          "--json and --output - would both go to standard output; name a file for the picture")
      }
      try StandardStream.checkOutput()
    }
    let regions = try arguments.readRegions(onWarning: console.warn)
    try plan.makeFolder()

    let run = StylizeRun(
      stylizer: stylizer, arguments: arguments, settings: arguments.settings(regions: regions),
      size: size, quality: jpeg.quality, metadata: metadata, memory: memory.budget)
    try run.run(plan, console: console)
  }
}
