import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors

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

      Without --output the result of photo.jpg goes beside it, as photo-great-wave.png or, for a \
      blend, photo-great-wave-70-hokusai-poppies-30.png (photo-blend.png beyond three styles).
      """)

  @Argument(help: ArgumentHelp("Photos (PNG or JPEG) and folders of photos.", valueName: "photo"))
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
      "File to write, .png or .jpg; with several photos the folder for them, made if missing.",
      valueName: "path"))
  var output: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Scale the photo so that its longer side has this many pixels.",
      valueName: "pixels"))
  var size: Int?

  @OptionGroup var jpeg: QualityOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: OutputOptions

  func validate() throws {
    try Image.check(size: size)
  }

  func run() throws {
    let mixture = try StyleArgument.mixture(style)
    let plan = try StylizePlan(
      inputs: inputs, output: output, suffix: StyleArgument.fileNameSuffix(of: mixture))
    let console = shown.console
    let stylizer = try compute.stylizer(model, console: console)
    try StyleArgument.check(mixture, against: stylizer.model)
    try plan.makeFolder()

    let session = StylizeSession(
      stylizer: stylizer, mixture: mixture, size: size, quality: jpeg.quality,
      precision: stylizer.scalarType.rawValue, backend: stylizer.backend.name)
    try session.run(plan, console: console)
  }
}
