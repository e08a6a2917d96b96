import ImpastoFiles
import ImpastoModelFiles

extension StyleModel {
  /// Reads a checkpoint that another is going to replace.
  ///
  /// - Throws: ``StyleModelError``, ``StyleModelError/holdsMore(_:)`` among them where that would lose
  ///   the state of a run.
  public init(replacing path: String) throws(StyleModelError) {
    let file: NamedTensors
    do { file = try Safetensors.read(path) } catch { throw .file(error) }
    try self.init(file, path: path)
    let known = Set(namedTensors.tensors.keys)
    guard file.tensors.keys.allSatisfy(known.contains) else { throw .holdsMore(path) }
  }

  /// Changes the checkpoint at `path`, or writes the changed one to `output` and leaves it alone.
  ///
  /// ```swift
  /// try StyleModel.edit("mine.safetensors") { try $0.renaming("great-wave", to: "wave") }
  /// ```
  ///
  /// Changes that several programs make at once in one file follow each other, and all are kept.
  ///
  /// - Returns: The changed model.
  /// - Throws: ``StyleModelError``, ``StyleModelError/holdsMore(_:)`` among them where replacing the
  ///   file would lose the state of a run; what `change` throws. Nothing is written then.
  @discardableResult
  public static func edit(
    _ path: String, savingTo output: String? = nil,
    _ change: (StyleModel) throws -> StyleModel
  ) throws -> StyleModel {
    func edited(_ model: StyleModel) throws -> StyleModel {
      let changed = try change(model)
      try changed.write(to: output ?? path)
      return changed
    }
    if output != nil { return try edited(StyleModel(contentsOf: path)) }
    return try FileLock.holding(path) { try edited(StyleModel(replacing: path)) }
  }
}
