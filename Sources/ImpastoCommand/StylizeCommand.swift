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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Quality of a JPEG result, 1 to 100.", valueName: "n"))
  var quality = 95

  @OptionGroup var model: ModelOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: OutputOptions

  func validate() throws {
    if let size, !(16...16384).contains(size) {
      throw ValidationError("--size \(size): expected a number from 16 to 16384")
    }
    guard (1...100).contains(quality) else {
      throw ValidationError("--quality \(quality): expected a number from 1 to 100")
    }
  }

  func run() throws {
    let mixture = try StyleArgument.mixture(style)
    let plan = try StylizePlan(
      inputs: inputs, output: output, suffix: StyleArgument.fileNameSuffix(of: mixture))
    let path = try ModelSearch.path(given: model.model)
    let network = try StyleModel(contentsOf: path)
    try StyleArgument.check(mixture, against: network)
    let (backend, scalarType) = try compute.engine()
    let console = shown.console
    console.detail(
      """
      checkpoint \(path), \(backend.name), \(scalarType.rawValue), \
      \(backend.threads.count) threads
      """)
    try plan.makeFolder()

    let session = StylizeSession(
      stylizer: Stylizer(model: network, backend: backend, scalarType: scalarType),
      mixture: mixture, size: size, quality: quality,
      precision: scalarType.rawValue, backend: backend.name)
    try session.run(plan, console: console)
  }
}
