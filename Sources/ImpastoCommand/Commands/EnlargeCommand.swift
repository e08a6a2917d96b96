import ArgumentParser
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors

/// `impasto enlarge`: makes photos two or four times as large, with detail.
struct EnlargeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enlarge",
    abstract: "Make photos two or four times as large, with detail.",
    usage: "impasto enlarge <photo> ... [<options>]",
    discussion: """
      Examples:
        impasto enlarge photo.jpg
        impasto enlarge photo.jpg --scale 2 -o large.png
        impasto enlarge photos/ -o large/
        impasto stylize photo.jpg --style great-wave -o - | impasto enlarge - -o wave.png

      Without --output the result of photo.jpg goes beside it, as photo-4x.png.
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
      """
      File to write, .png, .jpg or .webp; with several photos the folder for them, made if \
      missing; - for standard output, as PNG.
      """,
      valueName: "path"))
  var output: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Factor of height and width, 2 or 4.", valueName: "n"))
  var scale = 4

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Share of the weights trained for fidelity beside those trained for looks, which a checkpoint \
      of `impasto train-enlarge --looks-steps` has.
      """, valueName: "0…1"))
  var fidelity: Float = 1

  @Flag(help: "Search subfolders too, and mirror them in the results.")
  var recursive = false

  @Flag(help: "Keep results that exist instead of making them again.")
  var skipExisting = false

  @Option(
    help: ArgumentHelp(
      "Checkpoint that `impasto train-enlarge` made.",
      discussion: """
        Default: Checkpoints/enlarge.safetensors in the working folder or one above it, else beside \
        the executable or above it.
        """, valueName: "file"))
  var model: String?

  @OptionGroup var metadata: MetadataOptions
  @OptionGroup var jpeg: QualityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var shown: LongOutputOptions

  func validate() throws {
    guard EnlargementModel.scales.contains(scale) else {
      throw ValidationError("--scale \(scale): expected 2 or 4")
    }
    try OptionRange.check("fidelity", fidelity, 0...1)
  }

  func run() throws {
    let console = shown.console
    let path = try ModelSearch.enlarger(given: model)
    let checkpoint = try EnlargementModel(contentsOf: path)
    guard fidelity == 1 || checkpoint.looks != nil else {
      throw CommandError.fidelityAlone(path, fidelity: fidelity)
    }
    let network = checkpoint.network(fidelity: fidelity, scale: scale)
    let (backend, scalarType) = try compute.settings.engine()
    console.detail(
      """
      checkpoint \(path), \(backend.name), \(scalarType.rawValue), \
      \(backend.threads.count) threads
      """)
    let plan = try StylizePlan(
      .init(
        inputs: inputs, output: output, isRecursive: recursive, skipsExisting: skipExisting),
      suffix: "\(scale)x", masks: [], styles: EnlargementModel.scales.map { "\($0)x" })
    try plan.checkStream(isJSON: shown.json)
    let run = EnlargeRun(
      enlarger: Enlarger(network: network, backend: backend, scalarType: scalarType),
      fidelity: fidelity, quality: jpeg.quality, metadata: metadata,
      memory: memory.budget(processes: 1), console: console)
    try run.run(plan)
  }
}
