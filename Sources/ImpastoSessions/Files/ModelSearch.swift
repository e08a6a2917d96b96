import Foundation
import ImpastoCompute

/// Finds the checkpoint to use where none is named, and its paintings.
public enum ModelSearch {
  /// The place of a checkpoint in the project's folder.
  public static let usualPlace = "Checkpoints/impasto.safetensors"
  /// The place of the paintings there.
  public static let usualStyles = "Styles"

  /// The path given by the user, else by `$IMPASTO_MODEL`, else of the first ``usualPlace`` at or
  /// above the working folder, else at or above the executable's.
  ///
  /// - Throws: ``SessionError/noModel``.
  public static func path(given: String?) throws(SessionError) -> String {
    if let given { return given }
    if let path = ProcessInfo.processInfo.environment["IMPASTO_MODEL"], !path.isEmpty {
      return path
    }
    let workingFolder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    let executable = StartedProgram.path.map {
      URL(fileURLWithPath: $0).resolvingSymlinksInPath()
    }
    for folder in [workingFolder, executable?.deletingLastPathComponent()] {
      if let folder, let path = first(usualPlace, upwardsFrom: folder) { return path }
    }
    throw .noModel
  }

  /// The folder of paintings given by the user, else the first ``usualStyles`` at or above the
  /// folder of the checkpoint at `model`, else at or above the working folder.
  ///
  /// - Throws: ``SessionError/noStylesFolderFound``.
  public static func stylesFolder(given: String?, model: String) throws(SessionError) -> String {
    if let given { return given }
    let workingFolder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    let modelFolder = URL(fileURLWithPath: model).deletingLastPathComponent()
    for folder in [modelFolder, workingFolder] {
      if let path = first(usualStyles, upwardsFrom: folder) { return path }
    }
    throw .noStylesFolderFound
  }

  private static func first(_ place: String, upwardsFrom start: URL) -> String? {
    var folder = start.standardizedFileURL
    while true {
      let candidate = folder.appendingPathComponent(place).path
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
      guard folder.path != "/" else { return nil }
      folder.deleteLastPathComponent()
    }
  }
}
