import Foundation

/// Finds the checkpoint that a command is to use.
enum ModelSearch {
  /// Where a checkpoint lies in the project's folder.
  static let usualPlace = "Checkpoints/impasto.safetensors"

  /// The path given by the user, else by `$IMPASTO_MODEL`, else of the first ``usualPlace`` at or
  /// above the working folder, else at or above the executable's.
  static func path(given: String?) throws(CommandError) -> String {
    if let given { return given }
    if let path = ProcessInfo.processInfo.environment["IMPASTO_MODEL"], !path.isEmpty {
      return path
    }
    let workingFolder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    let executable = Bundle.main.executableURL?.resolvingSymlinksInPath()
    for folder in [workingFolder, executable?.deletingLastPathComponent()] {
      if let folder, let path = firstUpwards(from: folder) { return path }
    }
    throw .noModel
  }

  private static func firstUpwards(from start: URL) -> String? {
    var folder = start.standardizedFileURL
    while true {
      let candidate = folder.appendingPathComponent(usualPlace).path
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
      guard folder.path != "/" else { return nil }
      folder.deleteLastPathComponent()
    }
  }
}
