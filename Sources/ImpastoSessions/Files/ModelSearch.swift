import Foundation
import ImpastoCompute
import ImpastoFiles

/// Finds the checkpoint to use where none is named, and its paintings.
public enum ModelSearch {
  /// The place of a checkpoint in the project's folder.
  public static let usualPlace = "Checkpoints/impasto.safetensors"
  /// The place of the project's folder in an installed package, from the folder above the program's.
  private static let packagedPlace = "share/impasto"
  /// The environment variable that names a checkpoint.
  public static let variable = "IMPASTO_MODEL"
  /// The place of the paintings there.
  public static let usualStyles = "Styles"

  /// The path given by the user, else by `$IMPASTO_MODEL`, else of the first ``usualPlace`` at or
  /// above the working folder, else at or above the executable's, where `share/impasto` counts as well.
  ///
  /// - Throws: ``SessionError/noModel``.
  public static func path(given: String?) throws(SessionError) -> String {
    if let given { return given }
    if let value = getenv(variable), value[0] != 0 { return String(path: value) }
    let executable = StartedProgram.path.map { $0.resolvingLinks }
    if let path = first([usualPlace], besides: "./") { return path }
    if let executable,
      let path = first([usualPlace, "\(packagedPlace)/\(usualPlace)"], besides: executable)
    {
      return path
    }
    throw .noModel
  }

  /// The folder of paintings given by the user, else the first ``usualStyles`` at or above the
  /// folder of the checkpoint at `model`, else at or above the working folder.
  ///
  /// - Throws: ``SessionError/noStylesFolderFound``.
  public static func stylesFolder(given: String?, model: String) throws(SessionError) -> String {
    if let given { return given }
    for file in [model, "./"] {
      if let path = first([usualStyles], besides: file) { return path }
    }
    throw .noStylesFolderFound
  }

  /// The first of `places` in the folder of `file` or one above it.
  private static func first(_ places: [String], besides file: String) -> String? {
    var folders = file.folderNames
    while true {
      for place in places {
        let candidate = "/" + (folders + [place]).joined(separator: "/")
        if FileStatus.exists(candidate) { return candidate }
      }
      guard folders.popLast() != nil else { return nil }
    }
  }
}
