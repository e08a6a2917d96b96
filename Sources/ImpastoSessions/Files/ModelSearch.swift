import Foundation
import ImpastoCompute
import ImpastoFiles

/// Finds the checkpoint to use where none is named, and its paintings.
public enum ModelSearch {
  /// The folder of the checkpoints in the project's folder.
  private static let folder = "Checkpoints"
  /// The name of the model to use where none is named.
  private static let usualName = "impasto"
  /// The name of the network that enlarges photos where none is named.
  private static let enlargerName = "enlarge"
  /// The place of the checkpoint of the model to use where none is named, in the project's folder.
  public static let usualPlace = "\(folder)/\(usualName).safetensors"
  /// The place of the network that enlarges.
  static let usualEnlarger = "\(folder)/\(enlargerName).safetensors"
  /// The place of the project's folder in an installed package, from the folder above the program's.
  private static let packagedPlace = "share/impasto"
  /// The environment variable that names a checkpoint.
  public static let variable = "IMPASTO_MODEL"
  /// The place of the paintings there.
  public static let usualStyles = "Styles"

  /// The checkpoint given by the user, else by `$IMPASTO_MODEL`, else ``usualPlace``.
  ///
  /// A word without `/` and `.`, such as `live`, is the name of a model: `impasto-live.safetensors` or
  /// `live.safetensors` in the first folder of checkpoints that has it, at or above the working folder,
  /// else at or above the executable's, where `share/impasto` counts as well. All else is a path.
  ///
  /// - Throws: ``SessionError/noModel``, ``SessionError/noModelNamed(_:known:)``,
  ///   ``SessionError/ambiguousModel(_:files:)``.
  public static func path(given: String?) throws(SessionError) -> String {
    if let given { return try path(of: given) }
    if let value = getenv(variable), value[0] != 0 { return try path(of: String(path: value)) }
    guard let path = try path(named: usualName) else { throw .noModel }
    return path
  }

  /// The network that enlarges photos given by the user, as in ``path(given:)``, else
  /// `usualEnlarger`.
  ///
  /// - Throws: ``SessionError/noEnlarger``, or as there.
  public static func enlarger(given: String?) throws(SessionError) -> String {
    if let given { return try path(of: given) }
    guard let path = try path(named: enlargerName) else { throw .noEnlarger }
    return path
  }

  /// The path that the user means.
  private static func path(of given: String) throws(SessionError) -> String {
    if given.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }) {
      return given
    }
    guard let path = try path(named: given) else {
      throw .noModelNamed(given, known: knownNames)
    }
    return path
  }

  /// The checkpoint of a model, if there is one.
  private static func path(named name: String) throws(SessionError) -> String? {
    for folder in folders {
      let files = ["\(usualName)-\(name)", name].map { "\(folder)/\($0).safetensors" }
        .filter(FileStatus.exists)
      if files.count > 1 { throw .ambiguousModel(name, files: files) }
      if let file = files.first { return file }
    }
    return nil
  }

  /// The names of all models that paint styles and can be found.
  private static var knownNames: [String] {
    let files = folders.flatMap { (try? Directory.names(in: $0)) ?? [] }
    let names = files.compactMap { $0.wholeMatch(of: /(?:impasto-)?(.+)\.safetensors/)?.1 }
    return Set(names.map(String.init)).subtracting([enlargerName]).sorted()
  }

  /// The folders in which checkpoints are looked for, in their order.
  private static var folders: [String] {
    let near = ancestors(of: "./").map { "\($0)/\(folder)" }
    guard let executable = StartedProgram.path?.resolvingLinks else { return near }
    return near
      + ancestors(of: executable).flatMap {
        ["\($0)/\(folder)", "\($0)/\(packagedPlace)/\(folder)"]
      }
  }

  /// The folder of paintings given by the user, else the first ``usualStyles`` at or above the
  /// folder of the checkpoint at `model`, else at or above the working folder.
  ///
  /// - Throws: ``SessionError/noStylesFolderFound``.
  public static func stylesFolder(given: String?, model: String) throws(SessionError) -> String {
    if let given { return given }
    for folder in ancestors(of: model) + ancestors(of: "./") {
      let candidate = "\(folder)/\(usualStyles)"
      if FileStatus.exists(candidate) { return candidate }
    }
    throw .noStylesFolderFound
  }

  /// The folder of the studio's page: that of the project's sources or `share/impasto/studio`, at or
  /// above the executable's folder; nil where there is none.
  package static var pageFolder: String? {
    guard let executable = StartedProgram.path?.resolvingLinks else { return nil }
    return ancestors(of: executable)
      .flatMap { ["\($0)/Sources/ImpastoService/Studio", "\($0)/\(packagedPlace)/studio"] }
      .first(where: FileStatus.exists)
  }

  /// The commit that a package was built of, told by its file `share/impasto/commit`; nil for a program that
  /// lies in no package.
  package static var packagedCommit: String? {
    guard let executable = StartedProgram.path?.resolvingLinks else { return nil }
    let text = ancestors(of: executable).lazy
      .compactMap { try? FileContents.read("\($0)/\(packagedPlace)/commit", atMost: 64) }.first
    return text.map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines) }
  }

  /// The folder of `file` and all above it, up to the root, which is "".
  private static func ancestors(of file: String) -> [String] {
    let names = file.folderNames
    return (0...names.count).reversed().map { count in
      names.prefix(count).map { "/" + $0 }.joined()
    }
  }
}
