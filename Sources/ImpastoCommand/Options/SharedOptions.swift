public import ArgumentParser
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
public import ImpastoSessions
import ImpastoStylizing
import ImpastoTensors

extension ComputeSettings.Backend: ExpressibleByArgument {}
extension ComputeSettings.Precision: ExpressibleByArgument {}

/// The option that names a checkpoint.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Checkpoint to use: a file, or the name of a model.",
      discussion: """
        The model live is Checkpoints/impasto-live.safetensors in the working folder or one above \
        it, else beside the executable or above it. Default: $IMPASTO_MODEL, else the model \
        impasto, Checkpoints/impasto.safetensors.
        """, valueName: "file or name"))
  var model: String?
}

/// The option of the metadata that results get from the photo's file.
struct MetadataOptions: ParsableArguments {
  @Flag(help: "Do not copy date, place, camera and author from the photo's file.")
  var strip = false

  /// The metadata for a result of this size, from those of the photo's file; and what was left out, to
  /// be printed after the name of the photo.
  func adapted(
    _ metadata: ImageMetadata, width: Int, height: Int
  ) -> (metadata: ImageMetadata, leftOut: [String]) {
    (strip ? .none : metadata).adapted(width: width, height: height)
  }
}

/// The options of the arithmetic: backend, precision and threads.
struct ComputeOptions: ParsableArguments {
  @Option(help: "Arithmetic by oneDNN (fast, default) or OpenBLAS (portable, f32 only).")
  var backend: ComputeSettings.Backend?

  @Option(help: "Type of activations; auto is bf16 on processors that support it.")
  var precision: ComputeSettings.Precision = .auto

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads to use (default: one per processor).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    let processors = ThreadBudget.available.count
    if let threads, !(1...processors).contains(threads) {
      throw ValidationError(
        "--threads \(threads): expected 1 to \(processors), the processors here")
    }
    if backend == .openblas, precision == .bf16 {
      throw ValidationError("--precision bf16: OpenBLAS computes in f32; use --backend onednn")
    }
  }

  /// The settings that the options choose.
  var settings: ComputeSettings {
    ComputeSettings(backend: backend, precision: precision, threads: threads)
  }

  /// The chosen checkpoint, ready to paint.
  ///
  /// - Parameter processes: The number of processes on this machine that share its processors.
  func stylizer(
    _ model: ModelOptions, processes: Int = 1, console: Console
  ) throws -> Stylizer {
    let path = try ModelSearch.path(given: model.model)
    let network = try StyleModel(contentsOf: path)
    let (backend, scalarType) = try settings.shared(by: processes).engine()
    console.detail(
      """
      checkpoint \(path), \(backend.name), \(scalarType.rawValue), \
      \(backend.threads.count) threads
      """)
    return Stylizer(model: network, backend: backend, scalarType: scalarType)
  }
}

/// The option of the quality of JPEG and WebP files.
struct QualityOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Quality of a JPEG or WebP result, 1 to 100; 100 makes WebP lossless.", valueName: "n"))
  var quality = 95

  func validate() throws {
    try OptionRange.check("quality", quality, 1...100)
  }
}

/// The options of the amount and form of output.
struct OutputOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Print only errors.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print more details.")
  var verbose = false

  @Flag(help: "Print the result as one JSON object.")
  var json = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }

  var console: Console { Console(isQuiet: quiet, isVerbose: verbose, isJSON: json) }
}

/// The options of the output of a command that tells how far it has come.
struct LongOutputOptions: ParsableArguments {
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp(
      "Progress as text, or as lines of JSON on standard error for a program that reads them.",
      discussion: """
        A line of JSON tells what is done of the total, the share of all work, the seconds left, \
        and in training the loss or the file of a new contact sheet. The command ends with the \
        program that reads them.
        """, valueName: "form"))
  var progress = ProgressForm.text

  func validate() throws {
    if output.quiet, progress == .json {
      throw ValidationError("--quiet and --progress json exclude each other")
    }
  }

  var json: Bool { output.json }

  var console: Console {
    if progress == .json { ProgressLine.endWithReader }
    return Console(
      isQuiet: output.quiet, isVerbose: output.verbose, isJSON: output.json, progress: progress)
  }
}
