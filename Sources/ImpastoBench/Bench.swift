import ArgumentParser
import ImpastoCompute
import ImpastoImaging
import ImpastoTensors

/// Checks what it is about to measure, then measures it.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "impasto-bench",
    abstract: "Check the arithmetic against a reference, then time it.",
    discussion: """
      What does not match the reference is refused, not timed, and the exit code is 1. Weights and \
      pictures are random: they change no speed.
      """)

  /// What can be measured alone.
  enum Section: String, ExpressibleByArgument, CaseIterable {
    case convolutions, stylize, train
  }

  /// The types of activations.
  enum Precision: String, ExpressibleByArgument, CaseIterable, Decodable {
    case f32, bf16

    var scalarType: ScalarType { self == .f32 ? .float32 : .bfloat16 }
  }

  @Option(help: ArgumentHelp("Measure only this.", valueName: "section"))
  var only: Section?

  @Option(help: "Heights and widths of the pictures to stylise, in pixels.")
  var size = Sizes(extents: [256, 512, 1024])

  @Option(help: "Type of activations (default: each that the processor computes with).")
  var precision: Precision?

  @Option(help: ArgumentHelp("Times that each measurement is taken.", valueName: "n"))
  var runs = 10

  @Option(help: ArgumentHelp("Threads to use (default: one per processor).", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Photo to use instead of noise.", valueName: "file"))
  var photo: String?

  @Flag(help: "Print the results as one JSON object.")
  var json = false

  /// What to compute on request, as JSON.
  @Option(help: .private)
  var contend: String?

  func validate() throws {
    let processors = ThreadBudget.available.count
    if let threads, !(1...processors).contains(threads) {
      throw ValidationError(
        "--threads \(threads): expected 1 to \(processors), the processors here")
    }
    if !(1...10_000).contains(runs) {
      throw ValidationError("--runs \(runs): expected a number from 1 to 10000")
    }
    if precision == .bf16, !OneDNNBackend.hasBFloat16Arithmetic {
      throw ValidationError("--precision bf16: this processor has neither AMX nor AVX512-BF16")
    }
  }

  static func main() {
    ThreadTeam.restartWithPatience()
    main(nil)
  }

  func run() throws {
    if let contend { return try Contender.parsed(contend).serve() }
    let backend = OneDNNBackend(threads: threads.map(ThreadBudget.init(count:)) ?? .available)
    let bench = Workbench(
      backend: backend,
      precisions: precision.map { [$0.scalarType] } ?? ScalarType.allCases.filter(backend.supports),
      sizes: size.extents, runs: runs, photo: try photo.map(Image.init(contentsOf:)))
    var report = Report(on: backend, runs: runs, isJSON: json)
    if only != .stylize, only != .train { try bench.measureConvolutions(&report) }
    if only != .convolutions, only != .train { try bench.measureStylizing(&report) }
    if only != .convolutions, only != .stylize { try bench.measureTraining(&report) }
    try report.finish()
  }
}

/// A list such as `256,512`.
struct Sizes: ExpressibleByArgument {
  let extents: [Int]

  init(extents: [Int]) { self.extents = extents }

  init?(argument: String) {
    extents = argument.split(separator: ",", omittingEmptySubsequences: false)
      .map { Int($0) ?? 0 }
    guard extents.allSatisfy({ (16...8192).contains($0) }) else { return nil }
  }

  var defaultValueDescription: String { extents.map(String.init).joined(separator: ",") }
}
