import ImpastoTensors

/// Styles that travel from one checkpoint to another of the same network.
extension StyleModel {
  /// Writes the style called `name` to a file of its own.
  ///
  /// - Throws: ``StyleModelError/unknownStyle(_:known:)``, ``StyleModelError/reservedName``,
  ///   ``StyleModelError/file(_:)``.
  public func exportStyle(named name: String, to path: String) throws(StyleModelError) {
    try StyleFile(style: try style(named: name), fingerprint: fingerprint).write(to: path)
  }

  /// The model with the style of a file added.
  ///
  /// - Parameters:
  ///   - path: A style file.
  ///   - newName: What to call the style here, where not as in the file.
  /// - Throws: ``StyleModelError``: what is wrong with the file;
  ///   ``StyleModelError/foreignStyle(_:found:expected:)`` for a style of another network;
  ///   ``StyleModelError/importClash(_:name:isSame:)`` where the name in the file is taken; for a
  ///   `newName` what ``adding(_:)`` throws.
  public func importingStyle(
    from path: String, as newName: String? = nil
  ) throws(StyleModelError) -> StyleModel {
    let file = try StyleFile(contentsOf: path)
    let fingerprint = fingerprint
    guard file.fingerprint == fingerprint else {
      throw .foreignStyle(path, found: file.fingerprint, expected: fingerprint)
    }
    let (style, length) = (file.style, network.architecture.styleLength)
    guard style.scale.count == length else {
      throw .notStyleFile(
        path, reason: "“gamma” is f32 [\(style.scale.count)], not f32 [\(length)]")
    }
    if let newName { return try adding(style.renamed(to: newName)) }
    if bank.names.contains(style.name) {
      let present = try self.style(named: style.name)
      let isSame = present.scale == style.scale && present.shift == style.shift
      throw .importClash(path, name: style.name, isSame: isSame)
    }
    return try adding(style)
  }
}
