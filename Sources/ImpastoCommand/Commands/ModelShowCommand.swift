import ArgumentParser
import ImpastoNetworks
import ImpastoSessions

/// `impasto model show`: what a checkpoint holds.
struct ModelShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what a checkpoint holds.",
    discussion: """
      Examples:
        impasto model show Checkpoints/impasto.safetensors
        impasto model show mine.safetensors --architecture --json > mine.json

      A description of layers is what `impasto train --architecture` takes.
      """)

  @Argument(help: ArgumentHelp("The checkpoint.", valueName: "file"))
  var file: String

  @Flag(help: "Show the network's layers and nothing else.")
  var architecture = false

  @OptionGroup var shown: OutputOptions

  private struct Result: Encodable {
    var file: String
    var bytes: Int
    var fingerprint: String
    var architecture: TransformArchitecture
    var weights: Int
    var weightsPerStyle: Int
    var rows: [String]
    var styles: [StyleDescription]
    var training: [String: String]
  }

  func run() throws {
    let model = try StyleModel(contentsOf: file)
    let (architecture, console) = (model.network.architecture, shown.console)
    if self.architecture { return try show(architecture, on: console) }
    let result = Result(
      file: file, bytes: Folder.size(of: file), fingerprint: model.fingerprint,
      architecture: architecture,
      weights: architecture.layers.reduce(0) { sum, layer in
        sum + layer.kernel * layer.kernel * layer.inputs * layer.filterOutputs
      },
      weightsPerStyle: 2 * architecture.styleLength, rows: model.bank.names,
      styles: model.styles, training: model.trainingSettings)
    if shown.json { return try console.result(json: result) }
    let table =
      [
        ["file", "\(result.file) (\(result.bytes) bytes)"],
        ["network", architecture.summary],
        ["weights", "\(result.weights) shared, \(result.weightsPerStyle) per style"],
        ["fingerprint", result.fingerprint],
        ["rows", result.rows.joined(separator: ", ")],
      ] + result.training.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
    for line in Table.lines(table) { console.result(line) }
    console.result("")
    for line in Table.lines(of: result.styles, isDetailed: shown.verbose) { console.result(line) }
  }

  private func show(_ architecture: TransformArchitecture, on console: Console) throws {
    if shown.json { return try console.result(json: architecture) }
    for line in Table.lines(architecture.table) { console.result(line) }
  }
}

extension TransformArchitecture {
  /// The size of the network, such as `16 layers of up to 128 channels`.
  fileprivate var summary: String {
    "\(layers.count.of("layer")) of up to \(layers.map(\.outputs).max() ?? 0) channels"
  }
}
