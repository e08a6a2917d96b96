import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing

/// `impasto grid`: paints one photo in the blends between four styles.
struct GridCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grid",
    abstract: "Paint a photo in the blends between four styles.",
    usage: "impasto grid <photo> --corners <a,b,c,d> -o <file> [<options>]",
    discussion: """
      Example: impasto grid photo.jpg --corners a,b,c,d --steps 5 -o grid.png

      The pictures at the corners are the four styles alone: a upper left, b upper right, c lower \
      left, d lower right. Between them the weights change by equal steps across and down.
      """)

  @OptionGroup var input: PhotoArgument

  @Option(
    help: ArgumentHelp(
      "Four styles: a,b,c,d. The name photo stands for the photo itself.", valueName: "names"))
  var corners: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Pictures along each side, 2 to 50.", valueName: "n"))
  var steps = 5

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File to write, .png, .jpg or .webp.", valueName: "file"))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Longer side of each picture (default: the photo's, but at most 256).", valueName: "pixels"))
  var size: Int?

  @OptionGroup var jpeg: QualityOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var shown: OutputOptions

  private struct Result: Encodable {
    var input, output: String
    var steps, width, height: Int
    /// Of each picture, row by row.
    var mixtures: [[[String: Float]]]
    var precision, backend: String
    var arithmetic = Arithmetic.current
    var computeSeconds, totalSeconds: Double
  }

  func validate() throws {
    try Image.check(size: size)
    guard (2...50).contains(steps) else {
      throw ValidationError("--steps \(steps): expected a number from 2 to 50")
    }
  }

  func run() throws {
    let clock = ContinuousClock()
    let begun = clock.now
    let names = try StyleArgument.names(corners, option: "--corners")
    guard names.count == 4 else {
      throw ValidationError(
        "--corners \(corners): \(names.count.of("style")); name four, as in a,b,c,d")
    }
    try PhotoArgument.checkExtension(of: output)
    try input.checkOutput(output)

    let console = shown.console
    let stylizer = try compute.stylizer(model, console: console)
    try StyleArgument.check(names, against: stylizer.model, option: "--corners")
    let painter = try PhotoPainter(
      input.photo, size: size, limit: 256, held: 2 * steps * steps, stylizer: stylizer,
      memory: memory, console: console)
    try painter.checkResult(output, pictures: steps * steps, columns: steps)

    let mixtures = StyleMixture.grid(corners: names, steps: steps)
    var pictures: [Image] = []
    let time = try StopSignal.caught { stop in
      try painter.paint(
        mixtures.flatMap { $0 }, output: output, console: console, until: stop
      ) { pictures.append($0) }
    }
    let rows = stride(from: 0, to: pictures.count, by: steps).map {
      Array(pictures[$0..<$0 + steps])
    }
    let grid = ContactSheet.grid(rows, corners: names)
    try grid.write(to: output, quality: jpeg.quality)

    let result = Result(
      input: input.photo, output: output, steps: steps, width: grid.width, height: grid.height,
      mixtures: mixtures.map { $0.map(StyleArgument.shares) },
      precision: painter.precision, backend: painter.backend,
      computeSeconds: time.inSeconds, totalSeconds: (clock.now - begun).inSeconds)
    if shown.json { return try console.result(json: result) }
    console.result(
      """
      \(input.photo) → \(output)  \(pictures.count.of("picture")), \(grid.width)×\(grid.height)  \
      \(String(format: "%.2f", result.totalSeconds)) s
      """)
  }
}
