import ImpastoFiles

extension ProcessLock {
  /// Takes the lock at `path` of what the user calls `name`.
  ///
  /// - Parameters:
  ///   - action: What one who holds it does.
  ///   - option: What `name` was given by.
  /// - Throws: ``CommandError/inUse(_:by:action:option:)`` where another holds it, or ``FileError``.
  convenience init(
    _ path: String, of name: String, action: String, option: String = "--output"
  ) throws {
    do {
      try self.init(path)
    } catch FileError.inUse(_, let process) {
      throw CommandError.inUse(name, by: process, action: action, option: option)
    }
  }
}
