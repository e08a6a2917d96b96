import Foundation
import ImpastoFiles
import ImpastoNetworks
import ImpastoTraining

/// The folder beside a checkpoint that holds all else about the run that makes it.
public struct RunFolder: Sendable {
  /// The path of the folder.
  public let path: String

  /// The folder of the run that writes `checkpoint`: `model.training` for `model.safetensors`.
  public init(checkpoint: String) {
    path = (checkpoint as NSString).deletingPathExtension + ".training"
  }

  /// The folder of a run that adds styles to `checkpoint` in its place: beside `model.safetensors`
  /// the folder `model.starry-night.training`.
  public init(adding styles: [String], to checkpoint: String) {
    let others = styles.count > 1 ? "-and-\((styles.count - 1).of("other"))" : ""
    let run = (styles.first ?? "") + others.replacing(" ", with: "-")
    path = (checkpoint as NSString).deletingPathExtension + ".\(run).training"
  }

  /// The file of the state that a resumed run needs.
  public var state: String { file("state.safetensors") }
  /// The file with a line of losses for each step.
  public var losses: String { file("losses.jsonl") }
  /// The page about the run.
  public var report: String { file("report.html") }
  private var beginning: String { file("run.json") }
  private var lockFile: String { file("lock") }

  /// The contact sheet of a step.
  public func sheet(_ step: Int) -> String { file("sheet-\(String(format: "%06d", step)).png") }

  /// Indicates whether a run was begun here.
  public var isUsed: Bool { FileStatus.exists(beginning) }
  /// Indicates whether a run here has been saved.
  public var hasState: Bool { FileStatus.exists(state) }

  /// Makes the folder, if it is missing, and keeps other runs out of it.
  ///
  /// - Throws: ``SessionError/inUse(_:by:action:setting:)`` while another run is at work here.
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
  func write(_ contents: some BegunRun) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(try encoder.encode(contents), to: beginning)
  }

  /// Reads the manifest of the run here.
  ///
  /// - Throws: ``SessionError`` where the file is damaged or asks for what no run begins with.
  public func readManifest() throws -> RunManifest { try read() }

  /// Reads the manifest of the run here, of the kind that the caller expects.
  func read<Begun: BegunRun>() throws -> Begun {
    guard isUsed else { throw SessionError.noRun(path) }
    let data = try FileContents.read(beginning, atMost: 1 << 20)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let contents: Begun
    do {
      contents = try decoder.decode(Begun.self, from: data)
      try contents.checkSettings()
    } catch let error as DecodingError {
      throw SessionError.damagedRun(beginning, reason: error.fault(in: data))
    } catch let error as TrainingError {
      throw SessionError.damagedRun(beginning, reason: error.description)
    }
    guard contents.threads > 0 else {
      throw SessionError.damagedRun(beginning, reason: "threads \(contents.threads)")
    }
    guard contents.precision != .auto else {
      throw SessionError.damagedRun(beginning, reason: "precision auto")
    }
    return contents
  }

  /// The steps of which there is a contact sheet, in order, up to `step`.
  public func sheetSteps(upTo step: Int) -> [Int] {
    let names = (try? Directory.names(in: path)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("sheet-"), name.hasSuffix(".png") else { return nil }
      return Int(name.dropFirst(6).dropLast(4))
    }.filter { $0 <= step }.sorted()
  }

  private func file(_ name: String) -> String { path.appendingPath(name) }
}
