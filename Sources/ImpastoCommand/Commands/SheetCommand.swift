import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing

/// `impasto sheet`: paints one photo in every style, with their names.
struct SheetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sheet",
    abstract: "Paint a photo in every style, with their names.",
    usage: "impasto sheet <photo> -o <file> [<options>]",
    discussion: """
      Examples:
        impasto sheet photo.jpg -o sheet.png
        impasto sheet photo.jpg --styles great-wave,hokusai-poppies -o sheet.html

      The photo comes first, then each style with a small picture of its painting. A page (.html) \
      also shows title, artist and year; it is one file with all its pictures.
      """)

  @OptionGroup var input: PhotoArgument

  @Option(
    help: ArgumentHelp("Only these styles, in this order: a,b,c.", valueName: "names"))
  var styles: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File to write, .png, .jpg, .webp or .html.", valueName: "file"))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Longer side of each picture (default: the photo's, but at most 320).", valueName: "pixels"))
  var size: Int?

  @OptionGroup var jpeg: QualityOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var shown: OutputOptions

  private struct Result: Encodable {
    var input, output: String
    var styles: [String]
    /// Of each picture.
    var width, height: Int
    var precision, backend: String
    var arithmetic = Arithmetic.current
    var computeSeconds, totalSeconds: Double
  }

  func validate() throws { try Image.check(size: size) }

  func run() throws {
    let clock = ContinuousClock()
    let begun = clock.now
    let chosen = try styles.map { try StyleArgument.names($0, option: "--styles") }
    let isPage = (output as NSString).pathExtension.lowercased() == "html"
    if !isPage { try PhotoArgument.checkExtension(of: output, besides: [".html"]) }
    try input.checkOutput(output)

    let console = shown.console
    let stylizer = try compute.stylizer(model, console: console)
    let names = chosen ?? stylizer.model.styles.map(\.name)
    try StyleArgument.check(names, against: stylizer.model, option: "--styles")
    let painter = try PhotoPainter(
      input.photo, size: size, limit: 320, held: 2 * names.count, stylizer: stylizer,
      memory: memory,
      console: console)
    try painter.checkResult(
      output, pictures: names.count + 1,
      columns: PhotoSheet.columns(for: names.count + 1, like: painter.photo))

    var pictures: [Image] = []
    let time = try StopSignal.caught { stop in
      try painter.paint(
        names.map { StyleMixture($0) }, output: output, console: console,
        until: stop
      ) { pictures.append($0) }
    }
    let sheet = PhotoSheet(
      photo: painter.photo, styles: names, pictures: pictures, of: stylizer.model)
    if isPage {
      let title = (input.photo as NSString).lastPathComponent
      try AtomicFile.write(Data(sheet.html(title: title, quality: jpeg.quality).utf8), to: output)
    } else {
      try sheet.image().write(to: output, quality: jpeg.quality)
    }

    let result = Result(
      input: input.photo, output: output, styles: names, width: painter.photo.width,
      height: painter.photo.height, precision: painter.precision,
      backend: painter.backend, computeSeconds: time.inSeconds,
      totalSeconds: (clock.now - begun).inSeconds)
    if shown.json { return try console.result(json: result) }
    console.result(
      """
      \(input.photo) → \(output)  \(names.count.of("style"))  \
      \(String(format: "%.2f", result.totalSeconds)) s
      """)
  }
}
