import ArgumentParser
import ImpastoImaging
import ImpastoSessions
import ImpastoTraining

/// `impasto doodle`: paints a picture by a map of colours.
struct DoodleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doodle",
    abstract: "Paint a picture by a map that says which part of a painting goes where.",
    usage: """
      impasto doodle --map <file> --style <painting> --style-map <file> -o <file> [<options>]
      """,
    discussion: """
      Examples:
        impasto doodle --map doodle.png --style painting.jpg --style-map painting-map.png -o out.png
        impasto doodle --map doodle.png --style a.jpg --style-map a-map.png --style b.jpg \
      --style-map b-map.png -o out.png
        impasto doodle --map doodle.png --style painting.jpg --style-map painting-map.png \
      --photo photo.jpg -o out.png

      Each plain colour of the map stands for the parts of the same colour in the map of the \
      painting, and is painted like them. Any program that draws plain colours can make maps, also \
      as JPEG or with soft edges. Ctrl-C after the first iteration writes the best picture so far.
      """)

  @Option(help: ArgumentHelp("Map to paint by.", valueName: "file"))
  var map: String

  @Option(help: ArgumentHelp("Painting, in any format that is read.", valueName: "file"))
  var style: [String]

  @Option(
    help: ArgumentHelp(
      "Map of the painting, of the same shape; one for each --style, in their order.",
      valueName: "file"))
  var styleMap: [String]

  @Option(
    help: ArgumentHelp(
      "Photo to be seen in the picture, of the map's shape; it is where the painting begins.",
      valueName: "file"))
  var photo: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File to write, .png, .jpg or .webp.", valueName: "file"))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Longer side of the picture (default: that of the photo or map, at most 512).",
      valueName: "pixels"))
  var size: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Iterations at each scale.", valueName: "n"))
  var iterations = 60

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Sizes from coarse to fine, each twice the one before (default: as many as bring the first \
      to \(DoodleOptimization.firstSide) pixels or less).
      """, valueName: "n"))
  var scales: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Size of the paintings relative to the picture, by their shorter sides.", valueName: "x"))
  var styleScale: Float = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Weight of the photo's content (default: \(PerceptualTerms().contentWeight)).",
      valueName: "x"))
  var contentWeight: Float?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Seed of the first pixels.", valueName: "n"))
  var seed = OptimizationSettings().seed

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Show the progress: for out.png, a frame every n iterations in the folder out-progress and in \
      the animation out-progress.gif.
      """, valueName: "n"))
  var saveEvery: Int?

  @Flag(
    help: """
      Paint a preview in seconds, by a network instead of the paintings: each part in the style that \
      is named as its painting's file.
      """)
  var preview = false

  @OptionGroup var model: ModelOptions
  @OptionGroup var metadata: MetadataOptions
  @OptionGroup var jpeg: QualityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: LongOutputOptions

  func validate() throws {
    try Image.check(size: size)
    try OptionRange.check("iterations", iterations, 1...OptimizationSettings.maximumIterations)
    try OptionRange.check("scales", scales, 1...OptimizationSettings.maximumScales)
    try OptionRange.check("style-scale", styleScale, OptimizationSettings.styleScales)
    try OptionRange.check("content-weight", contentWeight, 0...1e9)
    try OptionRange.check("save-every", saveEvery)
    if contentWeight != nil, photo == nil {
      throw ValidationError("--content-weight: only a --photo has content; name one")
    }
    if preview, saveEvery != nil {
      throw ValidationError("--preview and --save-every exclude each other")
    }
    guard style.count == styleMap.count else {
      throw ValidationError(
        """
        \(styleMap.count.of("--style-map")) for \(style.count.of("--style")); give each painting \
        its map
        """)
    }
  }

  /// The plan of the session.
  var plan: DoodlePlan {
    DoodlePlan(
      map: map, paintings: zip(style, styleMap).map { .init($0, map: $1) }, photo: photo,
      size: size,
      settings: OptimizationSettings(
        terms: PerceptualTerms(contentWeight: contentWeight ?? PerceptualTerms().contentWeight),
        iterations: iterations, scales: scales, styleScale: styleScale, seed: seed),
      compute: compute.settings,
      output: ResultFile(
        output, quality: jpeg.quality, copiesMetadata: !metadata.strip,
        progressInterval: saveEvery))
  }

  func run() throws {
    try PhotoArgument.checkExtension(of: output)
    if preview {
      try DoodlePreviewRun(command: self).run()
    } else {
      try DoodleRun(command: self).run()
    }
  }
}
