import Foundation
import ImpastoCompute
import ImpastoFiles
import ImpastoTraining

/// The folder beside a checkpoint that holds all else about the run that makes it.
struct RunFolder {
  /// What a run began with and what resuming it must find again.
  struct Beginning: Codable, Equatable {
    var settings: TrainingSettings
    var styles: [String]
    var photos: String
    var precision: String
    var backend: String
    var threads: Int
  }

  let path: String

  /// The folder of the run that writes `checkpoint`: `model.training` for `model.safetensors`.
  init(checkpoint: String) {
    path = (checkpoint as NSString).deletingPathExtension + ".training"
  }

  /// Everything needed to go on.
  var state: String { file("state.safetensors") }
  var losses: String { file("losses.jsonl") }
  var report: String { file("report.html") }
  private var beginning: String { file("run.json") }

  func sheet(_ step: Int) -> String { file("sheet-\(String(format: "%06d", step)).png") }

  /// Whether a run was begun here.
  var isUsed: Bool { FileManager.default.fileExists(atPath: beginning) }
  /// Whether a run here has been saved.
  var hasState: Bool { FileManager.default.fileExists(atPath: state) }

  /// Notes what a new run begins with.
  func begin(_ contents: Beginning) throws {
    try Folder.make(path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(try encoder.encode(contents), to: beginning)
  }

  /// Reads what the run here began with.
  func readBeginning() throws -> Beginning {
    let data = try FileContents.read(beginning, atMost: 1 << 20)
    do {
      return try JSONDecoder().decode(Beginning.self, from: data)
    } catch {
      throw CommandError.damagedRun(beginning)
    }
  }

  /// The steps of which there is a contact sheet, in order, up to `step`.
  func sheetSteps(upTo step: Int) -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("sheet-"), name.hasSuffix(".png") else { return nil }
      return Int(name.dropFirst(6).dropLast(4))
    }.filter { $0 <= step }.sorted()
  }

  private func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }
}

extension ComputeOptions {
  /// These options, with those of the run that began so where the user gives none.
  func resuming(_ begun: RunFolder.Beginning) -> ComputeOptions {
    var options = self
    if backend == nil { options.backend = Backend(rawValue: begun.backend) }
    if precision == .auto { options.precision = Precision(rawValue: begun.precision) ?? .auto }
    if threads == nil { options.threads = min(begun.threads, ThreadBudget.available.count) }
    return options
  }
}
