import ArgumentParser
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
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

  @OptionGroup var options: BlendOptions

  private struct Details: Encodable {
    var steps, width, height: Int
    /// Of each picture, row by row.
    var mixtures: [[[String: Float]]]
  }

  func validate() throws {
    try Image.check(size: size)
    try OptionRange.check("steps", steps, 2...50)
  }

  func run() throws {
    let names = try StyleArgument.names(corners, option: "--corners")
    guard names.count == 4 else {
      throw ValidationError(
        "--corners \(corners): \(names.count.of("style")); name four, as in a,b,c,d")
    }
    try PhotoArgument.checkExtension(of: output)
    try input.checkOutput(output)

    let run = try BlendRun(input, to: output, options)
    try StyleArgument.check(names, against: run.stylizer.model, option: "--corners")
    let painter = try run.painter(size: size, limit: 256, held: 2 * steps * steps)
    try painter.checkResult(output, pictures: steps * steps, columns: steps)

    let mixtures = StyleMixture.grid(corners: names, steps: steps)
    var pictures: [Image] = []
    let time = try StopSignal.caught { stop in
      try run.paint(mixtures.flatMap(\.self), by: painter, until: stop) { pictures.append($0) }
    }
    let rows = stride(from: 0, to: pictures.count, by: steps).map {
      Array(pictures[$0..<$0 + steps])
    }
    let grid = ContactSheet.grid(rows, corners: names)
    try grid.write(to: output, quality: options.jpeg.quality)
    try run.conclude(
      "\(pictures.count.of("picture")), \(grid.width)×\(grid.height)", time,
      Details(
        steps: steps, width: grid.width, height: grid.height,
        mixtures: mixtures.map { $0.map(StyleArgument.shares) }))
  }
}
