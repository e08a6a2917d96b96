import ArgumentParser
import Foundation
import ImpastoImporting
import ImpastoNetworks
import ImpastoSessions

/// `impasto import`: makes a checkpoint of a network that another program trained.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a checkpoint of another program's network.",
    discussion: """
      Reads weights of pytorch/examples' fast_neural_style (.pth), ONNX models of such networks \
      and of networks of many styles, and what `impasto export` wrote. Docs/Networks.md lists the \
      networks that fit. Others are refused, with the first part that does not fit.

      Examples:
        impasto import candy.pth -o candy.safetensors --licence "BSD-3-Clause"
        impasto import multistyle26.onnx -o lite.safetensors --names names.txt
      """)

  @Argument(help: ArgumentHelp("The network: .pth or .onnx.", valueName: "file"))
  var file: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Checkpoint to write, .safetensors.", valueName: "file"))
  var output: String

  @OptionGroup var labels: StyleLabels
  @OptionGroup var shown: OutputOptions

  private struct Result: Encodable {
    var file: String
    var output: String
    var outputBytes: Int
    var fingerprint: String
    var layers: Int
    var weights: Int
    var styles: [String]
  }

  func validate() throws {
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("--output \(output): expected a name ending in .safetensors")
    }
  }

  func run() throws {
    if Folder.isSame(file, output) {
      throw ValidationError("--output \(output) is the file that is imported; name another")
    }
    try Folder.checkNew(output)
    let network = try ForeignNetwork(contentsOf: file)
    let model = try network.model(styles: labels.descriptions(for: network, in: file))
    try model.write(to: output)
    let result = Result(
      file: file, output: output, outputBytes: Folder.size(of: output),
      fingerprint: model.fingerprint, layers: model.network.architecture.layers.count,
      weights: model.network.weightCount, styles: model.styles.map(\.name))
    let console = shown.console
    if shown.json { return try console.result(json: result) }
    console.result(
      """
      \(file) → \(output) (\(result.outputBytes) bytes): \(result.layers) layers, \
      \(result.weights) weights, \(result.styles.count.of("style"))
      """)
    console.result(result.styles.joined(separator: ", "))
    if model.bank.photoIndex == nil {
      console.note(
        """
        it has no row “\(StyleBank.photoName)”, which --strength needs; train it with \
        \(PaintingArguments.photoRowCommand(for: output))
        """)
    }
  }
}
