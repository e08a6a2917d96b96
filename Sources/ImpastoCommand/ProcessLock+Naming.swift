import ImpastoFiles

extension ProcessLock {
  /// Takes the lock at `path` of what the user calls `name`.
  ///
  /// - Parameters:
  ///   - deed: What one who holds it does.
  ///   - option: What `name` was given by.
  /// - Throws: ``CommandError/inUse(_:by:deed:option:)`` where another holds it, or ``FileError``.
  convenience init(
    _ path: String, of name: String, deed: String, option: String = "--output"
  ) throws {
    do {
      try self.init(path)
    } catch FileError.inUse(_, let process) {
      throw CommandError.inUse(name, by: process, deed: deed, option: option)
    }
  }
}
