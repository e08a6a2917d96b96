package import ImpastoFiles

extension ProcessLock {
  /// Takes the lock at `path` of what the user calls `name`.
  ///
  /// - Parameters:
  ///   - action: What one who holds it does.
  ///   - setting: The setting that names it.
  /// - Throws: ``SessionError/inUse(_:by:action:setting:)`` where another holds it, or ``FileError``.
  package convenience init(
    _ path: String, of name: String, action: String, setting: String = "output"
  ) throws {
    do {
      try self.init(path)
    } catch FileError.inUse(_, let process) {
      throw SessionError.inUse(name, by: process, action: action, setting: setting)
    }
  }
}
