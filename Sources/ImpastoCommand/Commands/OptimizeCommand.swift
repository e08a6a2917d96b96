import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTraining

/// `impasto optimize`: paints a photo in the style of paintings by changing its pixels.
struct OptimizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize",
    abstract: "Paint a photo in the style of any paintings, without a trained network.",
    usage: "impasto optimize <photo> <painting> ... -o <file> [<options>]",
    discussion: """
      Examples:
        impasto optimize photo.jpg painting.jpg -o out.png
        impasto optimize photo.jpg a.jpg b.jpg --painting-weights 2,1 -o out.png
        impasto optimize photo.jpg painting.jpg --save-every 5 -o out.png

      Changes the pixels of the photo until the loss network sees the photo's content in the \
      painting's style. The result is better than that of a trained network and takes thousands of \
      times as long. Larger pictures are painted at small scales first. Ctrl-C after the first \
      iteration writes the best picture so far.
      """)

  @OptionGroup var input: PhotoArgument

  @Argument(help: ArgumentHelp("Paintings, in any format that is read.", valueName: "painting"))
  var paintings: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File to write, .png, .jpg or .webp.", valueName: "file"))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Longer side of the picture (default: 512, or the photo's where that is less).",
      valueName: "pixels"))
  var size: Int?

  @OptionGroup var optimization: OptimizationOptions

  @Flag(help: "Take only brightness from the result and the colours from the photo.")
  var keepColors = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Show the progress: for out.png, a frame every n iterations in the folder out-progress and in \
      the animation out-progress.gif.
      """, valueName: "n"))
  var saveEvery: Int?

  @OptionGroup var metadata: MetadataOptions
  @OptionGroup var jpeg: QualityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var shown: LongOutputOptions

  func validate() throws {
    try Image.check(size: size)
    try OptionRange.check("save-every", saveEvery)
  }

  func run() throws {
    try OptimizationRun(command: self).run()
  }
}
