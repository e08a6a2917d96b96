import ArgumentParser
import ImpastoNetworks

/// `impasto model show`: what a checkpoint holds.
struct ModelShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what a checkpoint holds.",
    discussion: "Example: impasto model show Checkpoints/impasto.safetensors")

  @Argument(help: ArgumentHelp("The checkpoint.", valueName: "file"))
  var file: String

  @OptionGroup var shown: OutputOptions

  private struct Result: Encodable {
    struct Architecture: Encodable {
      var widths: [Int]
      var residualBlocks: Int
    }

    var file: String
    var bytes: Int
    var fingerprint: String
    var architecture: Architecture
    var weights: Int
    var weightsPerStyle: Int
    var rows: [String]
    var styles: [StyleDescription]
    var training: [String: String]
  }

  func run() throws {
    let model = try StyleModel(contentsOf: file)
    let architecture = model.network.architecture
    let result = Result(
      file: file, bytes: Folder.size(of: file), fingerprint: model.fingerprint,
      architecture: .init(
        widths: architecture.widths, residualBlocks: architecture.residualBlocks),
      weights: architecture.layers.reduce(0) { sum, layer in
        sum + layer.kernel * layer.kernel * layer.inputs * layer.outputs
      },
      weightsPerStyle: 2 * architecture.styleLength, rows: model.bank.names,
      styles: model.styles, training: model.trainingSettings)
    let console = shown.console
    if shown.json { return try console.result(json: result) }
    let table =
      [
        ["file", "\(result.file) (\(result.bytes) bytes)"],
        [
          "network",
          "widths \(architecture.widths), \(architecture.residualBlocks) residual blocks",
        ],
        ["weights", "\(result.weights) shared, \(result.weightsPerStyle) per style"],
        ["fingerprint", result.fingerprint],
        ["rows", result.rows.joined(separator: ", ")],
      ] + result.training.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
    for line in Table.lines(table) { console.result(line) }
    console.result("")
    for line in Table.lines(of: result.styles, isDetailed: shown.verbose) { console.result(line) }
  }
}
