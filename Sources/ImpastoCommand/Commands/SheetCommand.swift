import ArgumentParser
import Foundation
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
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

  @OptionGroup var options: BlendOptions

  private struct Details: Encodable {
    var styles: [String]
    /// Of each picture.
    var width, height: Int
  }

  func validate() throws { try Image.check(size: size) }

  func run() throws {
    let chosen = try styles.map { try StyleArgument.names($0, option: "--styles") }
    let isPage = (output as NSString).pathExtension.lowercased() == "html"
    if !isPage { try PhotoArgument.checkExtension(of: output, besides: [".html"]) }
    try input.checkOutput(output)

    let run = try BlendRun(input, to: output, options)
    let names = chosen ?? run.stylizer.model.styles.map(\.name)
    try StyleArgument.check(names, against: run.stylizer.model, option: "--styles")
    let painter = try run.painter(size: size, limit: 320, held: 2 * names.count)
    let photo = painter.photo
    try painter.checkResult(
      output, pictures: names.count + 1,
      columns: PhotoSheet.columns(for: names.count + 1, like: photo))

    var pictures: [Image] = []
    let time = try StopSignal.caught { stop in
      try run.paint(names.map { StyleMixture($0) }, by: painter, until: stop) {
        pictures.append($0)
      }
    }
    let sheet = PhotoSheet(
      photo: photo, styles: names, pictures: pictures, of: run.stylizer.model)
    let quality = options.jpeg.quality
    if isPage {
      let title = (input.photo as NSString).lastPathComponent
      try AtomicFile.write(Data(sheet.html(title: title, quality: quality).utf8), to: output)
    } else {
      try sheet.image().write(to: output, quality: quality)
    }
    try run.conclude(
      names.count.of("style"), time,
      Details(styles: names, width: photo.width, height: photo.height))
  }
}
