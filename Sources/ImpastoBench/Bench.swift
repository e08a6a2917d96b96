import ArgumentParser
import Foundation
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
      Kernels, convolutions, stylize and train compare with a reference first: what does not match \
      is refused, not timed, and the exit code is 1. Weights and pictures are random, but for \
      accuracy: they change no speed.

      Without --only: those four. Each report begins with the ceilings: what this machine can do \
      at most.
      """)

  /// The types of activations.
  enum Precision: String, ExpressibleByArgument, CaseIterable, Codable {
    case f32, bf16

    init(_ scalarType: ScalarType) { self = scalarType == .float32 ? .f32 : .bf16 }

    var scalarType: ScalarType { self == .f32 ? .float32 : .bfloat16 }
  }

  @Option(help: ArgumentHelp("Measure only this.", valueName: "section"))
  var only: Section?

  @Option(
    help: ArgumentHelp(
      "Heights and widths of the pictures in pixels, such as 256,512.", valueName: "n,n,…"),
    transform: Sizes.init(parsing:))
  var size: Sizes?

  @Option(help: "Type of activations (default: each that the processor computes with).")
  var precision: Precision?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Times that each measurement is taken (default: 10).", valueName: "n"))
  var runs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads to use (default: one per processor).", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Photo to use instead of noise.", valueName: "file"))
  var photo: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Busy processes that neighbours measures beside (default: 1).", valueName: "n"))
  var busy: Int?

  @Flag(help: "Print the results as one JSON object.")
  var json = false

  @OptionGroup(title: "For accuracy and video")
  var accuracy: AccuracyOptions

  /// The trial that this process is to run for another, as JSON.
  @Option(help: .private)
  var soloTrial: String?

  /// The computation to run on request, as JSON.
  @Option(help: .private)
  var contend: String?

  func validate() throws {
    let processors = ThreadBudget.available.count
    if let threads, !(1...processors).contains(threads) {
      throw ValidationError(
        "--threads \(threads): expected 1 to \(processors), the processors here")
    }
    if let runs, !(1...10_000).contains(runs) {
      throw ValidationError("--runs \(runs): expected a number from 1 to 10000")
    }
    if let busy, !(1...1000).contains(busy) {
      throw ValidationError("--busy \(busy): expected a number from 1 to 1000")
    }
    if !OneDNNBackend.hasBFloat16Arithmetic {
      let has = OneDNNBackend.lacksBFloat16Arithmetic
      if precision == .bf16 { throw ValidationError("--precision bf16: \(has)") }
      if only == .accuracy {
        throw ValidationError("--only accuracy: compares bf16 with f32, and \(has)")
      }
    }
    if let only, only == .accuracy || only == .video, accuracy.photos == nil {
      throw ValidationError("--only \(only.rawValue): name a folder of photos with --photos")
    }
    for option in givenOptions where !sections.contains(where: { $0.heeds(option) }) {
      let names = Section.allCases.filter { $0.heeds(option) }.map(\.rawValue)
      throw ValidationError(
        "\(option): has no effect here; it is for --only \(names.joined(separator: ", "))")
    }
  }

  /// The sections to measure.
  private var sections: [Section] { only.map { [$0] } ?? Section.usual }

  /// The options that are given, but for those that all sections heed.
  private var givenOptions: [String] {
    let given = [
      "--size": size != nil, "--precision": precision != nil, "--runs": runs != nil,
      "--photo": photo != nil, "--busy": busy != nil, "--photos": accuracy.photos != nil,
      "--styles": accuracy.styles != nil, "--model": accuracy.model != nil,
      "--paintings": accuracy.paintings != nil,
    ]
    return given.filter(\.value).keys.sorted()
  }

  static func main() {
    do throws(ComputeError) {
      try InstructionSet.checked()
    } catch {
      exit(withError: ValidationError(error.description))
    }
    ThreadTeam.restartWithBriefWaiting()
    main(nil)
  }

  func run() throws {
    if let contend { return try Contender.parsed(contend).serve() }
    if let soloTrial {
      let trial = try JSONDecoder().decode(SoloTrial.self, from: Data(soloTrial.utf8))
      print(String(decoding: try JSONEncoder().encode(trial.run()), as: UTF8.self))
      return
    }
    // What the user got wrong shows before the work.
    let photo = try photo.map { try Image(contentsOf: $0) }
    let compared = only == .accuracy || only == .video ? try accuracy.subjects() : nil
    let backend = OneDNNBackend(threads: threads.map(ThreadBudget.init(count:)) ?? .available)
    let bench = Workbench(
      subject: Subject(photo: photo), backend: backend,
      ceilings: Ceilings(threads: backend.threads),
      precisions: precision.map { [$0.scalarType] } ?? ScalarType.allCases.filter(backend.supports),
      sizes: size?.extents, runs: runs ?? 10)
    var report = Report(on: bench, isJSON: json)
    for section in sections {
      switch section {
      case .ceilings: break  // They are on top of every report.
      case .kernels: try bench.measureKernels(&report)
      case .convolutions: try bench.measureConvolutions(&report)
      case .stylize: try bench.measureStylizing(&report)
      case .train: try bench.measureTraining(&report)
      case .accuracy: if let compared { try bench.measureAccuracy(compared, &report) }
      case .growth: try bench.measureGrowth(&report)
      case .video: if let compared { try bench.measureSteadiness(compared, &report) }
      case .neighbours: try bench.measureNeighbours(busy: busy ?? 1, &report)
      }
    }
    try report.finish()
  }
}
