import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoImaging
import ImpastoNetworks
import ImpastoTraining

/// The folder beside a checkpoint that holds all else about the run that makes it.
struct RunFolder {
  /// The manifest of a run: what it began with, and what a resumed run must find again.
  struct Manifest: Codable, Equatable {
    var settings: TrainingSettings
    var styles: [Style]
    /// The fingerprint of the network that it began with, where it was not random.
    var from: String?
    /// The layers that it began with, as JSON, where the weights were random; of older runs, and of
    /// those with the published ones, nil.
    var architecture: String?
    /// The settings of rows that are added to that network; nil where all of it is trained.
    var rows: Rows?
    /// The fingerprint of the photos trained on.
    var photos: String
    var precision: ComputeOptions.Precision
    var backend: ComputeOptions.Backend
    var threads: Int
    /// The arithmetic of the steps, in order; left out by versions that did not record it.
    var arithmetic: [Stretch]?
  }

  /// The steps that were computed in one way.
  struct Stretch: Codable, Equatable {
    /// The steps that had been done before.
    var afterStep: Int
    var instructionSet: InstructionSet
    var onednn: String

    /// From here on, what this process computes with.
    init(afterStep: Int) {
      let arithmetic = Arithmetic.current
      (self.afterStep, instructionSet) = (afterStep, arithmetic.instructionSet)
      onednn = arithmetic.onednn
    }

    /// The arithmetic of these steps.
    var arithmetic: Arithmetic { Arithmetic(instructionSet: instructionSet, onednn: onednn) }
  }

  /// The settings that only a run that adds rows has.
  struct Rows: Codable, Equatable {
    var blendSteps: Int
    var matchColors: Bool
  }

  /// A style's name, and the SHA-256 of its painting's pixels.
  struct Style: Codable, Equatable {
    var name: String
    var painting: String

    init(_ source: StyleSource) {
      name = source.description.name
      var digest = SHA256Digest()
      digest.update(Data("\(source.painting.width)×\(source.painting.height)\n".utf8))
      digest.update(source.painting.pixels)
      painting = digest.hexadecimal()
    }
  }

  let path: String

  /// The folder of the run that writes `checkpoint`: `model.training` for `model.safetensors`.
  init(checkpoint: String) {
    path = (checkpoint as NSString).deletingPathExtension + ".training"
  }

  /// The folder of a run that adds styles to `checkpoint` in its place: beside `model.safetensors`
  /// the folder `model.starry-night.training`.
  init(adding styles: [String], to checkpoint: String) {
    let others = styles.count > 1 ? "-and-\((styles.count - 1).of("other"))" : ""
    let run = (styles.first ?? "") + others.replacing(" ", with: "-")
    path = (checkpoint as NSString).deletingPathExtension + ".\(run).training"
  }

  /// The file of the state that a resumed run needs.
  var state: String { file("state.safetensors") }
  var losses: String { file("losses.jsonl") }
  var report: String { file("report.html") }
  private var beginning: String { file("run.json") }
  private var lockFile: String { file("lock") }

  func sheet(_ step: Int) -> String { file("sheet-\(String(format: "%06d", step)).png") }

  /// Indicates whether a run was begun here.
  var isUsed: Bool { FileStatus.exists(beginning) }
  /// Indicates whether a run here has been saved.
  var hasState: Bool { FileStatus.exists(state) }

  /// Makes the folder, if it is missing, and keeps other runs out of it.
  ///
  /// - Throws: ``CommandError/inUse(_:by:action:option:)`` while another run is at work here.
  func lock() throws -> ProcessLock {
    try Directory.make(path)
    return try ProcessLock(lockFile, of: path, action: "training into it")
  }

  /// Removes what a run has written that has done no step.
  func remove() {
    for file in [beginning, losses, lockFile] { file.withSystemPath { _ = unlink($0) } }
    // Refused where others have put something there.
    path.withSystemPath { _ = rmdir($0) }
  }

  /// Writes the manifest of a run that begins or continues.
  func write(_ contents: Manifest) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(try encoder.encode(contents), to: beginning)
  }

  /// Reads the manifest of the run here.
  ///
  /// - Throws: ``CommandError`` where the file is damaged or asks for what no run begins with.
  func readManifest() throws -> Manifest {
    guard isUsed else { throw CommandError.noRun(path) }
    let data = try FileContents.read(beginning, atMost: 1 << 20)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let contents: Manifest
    do {
      contents = try decoder.decode(Manifest.self, from: data)
      try contents.settings.check()
    } catch let error as DecodingError {
      throw CommandError.damagedRun(beginning, reason: error.place)
    } catch let error as TrainingError {
      throw CommandError.damagedRun(beginning, reason: error.description)
    }
    guard contents.threads > 0 else {
      throw CommandError.damagedRun(beginning, reason: "threads \(contents.threads)")
    }
    guard contents.precision != .auto else {
      throw CommandError.damagedRun(beginning, reason: "precision auto")
    }
    return contents
  }

  /// The steps of which there is a contact sheet, in order, up to `step`.
  func sheetSteps(upTo step: Int) -> [Int] {
    let names = (try? Directory.names(in: path)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("sheet-"), name.hasSuffix(".png") else { return nil }
      return Int(name.dropFirst(6).dropLast(4))
    }.filter { $0 <= step }.sorted()
  }

  private func file(_ name: String) -> String { path.appendingPath(name) }
}

extension ComputeOptions {
  /// The options of the run that began with `begun`, which these have to agree with, since others
  /// give other bits.
  func resuming(_ begun: RunFolder.Manifest) throws -> ComputeOptions {
    try Resuming.agree("--backend", backend, begun.backend)
    try Resuming.agree("--precision", precision == .auto ? nil : precision, begun.precision)
    try Resuming.agree("--threads", threads, begun.threads)
    let processors = ThreadBudget.available.count
    guard begun.threads <= processors else {
      throw CommandError.tooManyThreads(begun.threads, processors: processors)
    }
    var options = self
    (options.backend, options.precision) = (begun.backend, begun.precision)
    options.threads = begun.threads
    return options
  }
}
