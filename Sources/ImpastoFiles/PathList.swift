import Foundation

/// The paths that a file or standard input lists: one a line, or separated by NUL as by `find -print0`.
///
/// NUL separates where one is among the first bytes. Empty lines are passed over, and a carriage
/// return at the end of a line is not part of its path.
package final class PathList {
  private let lines: FileLines
  private let path: String
  private var separator: UInt8?

  private static let newline = UInt8(ascii: "\n")

  /// Opens the list at `path`, or on standard input where that is nil.
  ///
  /// - Throws: What ``FileLines/init(_:limit:)`` throws.
  package init(_ path: String?) throws(FileError) {
    lines = try FileLines(path, limit: Int(PATH_MAX))
    self.path = path ?? "standard input"
  }

  /// Indicates whether paths may still come.
  package var isOpen: Bool { !lines.hasEnded }

  /// The next path; nil after the last.
  ///
  /// - Parameter waits: Whether to wait for the program that writes the list; otherwise nil, while
  ///   ``isOpen``, says that no whole path has come yet. The first path is always waited for.
  /// - Throws: ``FileError/unreadable(path:reason:)``, ``FileError/notPaths(path:)``.
  package func next(waits: Bool = true) throws(FileError) -> String? {
    if separator == nil { separator = try lines.separator(of: [0, Self.newline]) }
    let separator = separator ?? Self.newline
    while let line = try lines.next(endingIn: separator, waits: waits) {
      var name = line.bytes
      if separator == Self.newline, name.last == UInt8(ascii: "\r") { name.removeLast() }
      guard name.count < Int(PATH_MAX), !name.contains(0) else { throw .notPaths(path: path) }
      if !name.isEmpty { return String(pathBytes: Array(name)) }
    }
    return nil
  }
}
