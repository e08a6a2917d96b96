import ArgumentParser
import Foundation
import ImpastoNetworks
import ImpastoSessions

/// `impasto export`: writes a network for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a network as an ONNX model for other programs.",
    discussion: """
      The model takes a photo of any size, as numbers, and gives the picture. Without --style it \
      also takes the weight of every style, in the order given in the result and in the model's \
      metadata. With --style it always paints in that style or blend. Docs/Formats/Onnx.md \
      describes it.

      Examples:
        impasto export Checkpoints/impasto.safetensors --onnx impasto.onnx
        impasto export mine.safetensors --onnx wave.onnx --style great-wave:8,photo:2
      """)

  @Argument(help: ArgumentHelp("The checkpoint.", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("Model to write, .onnx.", valueName: "file"))
  var onnx: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Style by name, or several with weights: a:0.7,b:0.3; photo stands for the photo itself.",
      valueName: "style"))
  var style: String?

  @OptionGroup var shown: OutputOptions

  private struct Result: Encodable {
    var file: String
    var output: String
    var outputBytes: Int
    var fingerprint: String
    /// The rows that the input `mixture` weights, in order; left out where the model has no such
    /// input.
    var rows: [String]?
    /// The mixture that the model paints, where it is fixed.
    var mixture: [String: Float]?
  }

  func validate() throws {
    guard onnx.lowercased().hasSuffix(".onnx") else {
      throw ValidationError("--onnx \(onnx): expected a file name ending in .onnx")
    }
  }

  func run() throws {
    let mixture = try style.map { try StyleArgument.mixture($0) }
    try Folder.checkNew(onnx, setting: "onnx")
    let model = try StyleModel(contentsOf: file)
    if let mixture { try StyleArgument.check(mixture, against: model) }
    try model.exportONNX(to: onnx, painting: mixture)
    let result = Result(
      file: file, output: onnx, outputBytes: Folder.size(of: onnx),
      fingerprint: model.fingerprint, rows: mixture == nil ? model.bank.names : nil,
      mixture: mixture.map(StyleArgument.shares))
    let console = shown.console
    if shown.json { return try console.result(json: result) }
    console.result("\(file) → \(onnx) (\(result.outputBytes) bytes)")
    if let rows = result.rows { console.result("mixture: \(rows.joined(separator: ", "))") }
  }
}
