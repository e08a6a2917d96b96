import ImpastoModelFiles

extension StyleModel {
  /// Changes the checkpoint at `path`, or writes the changed one to `output` and leaves it alone.
  ///
  /// ```swift
  /// try StyleModel.edit("mine.safetensors") { try $0.renaming("great-wave", to: "wave") }
  /// ```
  ///
  /// - Returns: The changed model.
  /// - Throws: ``StyleModelError``, ``StyleModelError/holdsMore(_:)`` among them where replacing the
  ///   file would lose the state of a run; what `change` throws. Nothing is written then.
  @discardableResult
  public static func edit(
    _ path: String, savingTo output: String? = nil,
    _ change: (StyleModel) throws -> StyleModel
  ) throws -> StyleModel {
    let file: NamedTensors
    do { file = try Safetensors.read(path) } catch { throw StyleModelError.file(error) }
    let model = try StyleModel(file, path: path)
    let known = Set(model.namedTensors.tensors.keys)
    guard output != nil || file.tensors.keys.allSatisfy(known.contains) else {
      throw StyleModelError.holdsMore(path)
    }
    let changed = try change(model)
    try changed.write(to: output ?? path)
    return changed
  }
}
