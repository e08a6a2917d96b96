import ArgumentParser
import ImpastoImaging
import ImpastoSessions

/// `impasto dream`: raises what layers of the loss network see in a photo.
struct DreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dream",
    abstract: "Raise what a network sees in a photo (DeepDream).",
    usage: """
      impasto dream <photo> -o <file> [<options>]
      impasto dream --chart <layer> -o <file> [<options>]
      """,
    discussion: """
      Examples:
        impasto dream photo.jpg -o dream.png
        impasto dream photo.jpg --layers relu3_2,relu4_1:37=2 -o dream.png
        impasto dream photo.jpg --guide flowers.jpg --mask sky.png -o dream.png
        impasto dream photo.jpg --zoom 120 -o journey.mp4
        impasto dream --chart relu4_1 -o channels.png

      Changes the photo so that layers of the loss network respond more to it. VGG-19 is used \
      without its classifier: it dreams of textures, scales and eyes rather than of animals. Ctrl-C \
      after the first iteration writes the picture so far.
      """)

  @Argument(help: "Photo: \(ImageFormat.readTitles).")
  var photo: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      File to write, .png, .jpg or .webp; with --zoom an animation, .gif, a film, .mp4, .mov, .mkv \
      or .webm, or a folder.
      """, valueName: "file"))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Longer side of the picture (default: the photo's, at most \(DreamPlan.usualSide), or \
      \(DreamPlan.usualFrameSide) with --zoom).
      """, valueName: "pixels"))
  var size: Int?

  @OptionGroup var dream: DreamOptions

  @Option(
    help: ArgumentHelp(
      "Picture whose forms are searched for in the photo, instead of raising what is there.",
      valueName: "file"))
  var guide: String?

  @Option(
    help: ArgumentHelp("Mask: the picture changes where it is white.", valueName: "file"))
  var mask: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Make n frames of a journey into the picture, each from the middle of the one before.",
      valueName: "n"))
  var zoom: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Show the progress: for out.png, a frame every n iterations in the folder out-progress and in \
      the animation out-progress.gif.
      """, valueName: "n"))
  var saveEvery: Int?

  @Option(
    help: ArgumentHelp(
      "Make a sheet of what each channel of a layer responds to, without a photo.",
      valueName: "layer"))
  var chart: String?

  @OptionGroup var metadata: MetadataOptions
  @OptionGroup var jpeg: QualityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: LongOutputOptions

  func validate() throws {
    try Image.check(size: size)
    try OptionRange.check("save-every", saveEvery)
    try OptionRange.check("zoom", zoom, 2...9999)
    if zoom != nil, saveEvery != nil {
      throw ValidationError("--zoom and --save-every exclude each other")
    }
    switch (photo, chart) {
    case (nil, nil): throw ValidationError("a photo is missing, or --chart with a layer")
    case (.some, .some): throw ValidationError("--chart: a chart is made without a photo")
    default: break
    }
  }

  /// The file of the result.
  var file: ResultFile {
    ResultFile(
      output, quality: jpeg.quality, copiesMetadata: !metadata.strip, progressInterval: saveEvery)
  }

  func run() throws {
    if zoom == nil { try PhotoArgument.checkExtension(of: output) }
    if let chart {
      try DreamChartRun(
        tap: LayerArgument.tap(chart, option: "--chart"), command: self
      ).run()
    } else if let photo {
      try DreamRun(photo: photo, command: self).run()
    }
  }
}
