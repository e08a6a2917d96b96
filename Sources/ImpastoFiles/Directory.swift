import Foundation

/// Lists and makes folders.
package enum Directory {
  /// The names of all that is in the folder at `path`, in the order of their bytes, which is the same
  /// everywhere.
  ///
  /// - Throws: ``FileError/missing(path:)``, ``FileError/notDirectory(path:)``,
  ///   ``FileError/unreadable(path:reason:)``.
  package static func names(in path: String) throws(FileError) -> [String] {
    guard let stream = path.withSystemPath({ opendir($0) }) else {
      switch errno {
      case ENOENT: throw .missing(path: path)
      case ENOTDIR: throw .notDirectory(path: path)
      default: throw .unreadable(path: path, reason: words(for: errno))
      }
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { name in
          Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
        }
      }
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
    guard errno == 0 else { throw .unreadable(path: path, reason: words(for: errno)) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }.map { String(pathBytes: $0) }
  }

  /// Makes the folder at `path` and those above it, where they are missing.
  ///
  /// - Throws: ``FileError/cannotMakeFolder(path:reason:)``.
  package static func make(_ path: String) throws(FileError) {
    func fault() -> Int32 { path.withSystemPath { mkdir($0, 0o777) == 0 ? 0 : errno } }
    var code = fault()
    let parent = path.pathParts.folder
    if code == ENOENT, parent != path {
      try make(parent)
      code = fault()
    }
    guard code == 0 || (try? FileStatus(path))?.kind == .folder else {
      throw .cannotMakeFolder(path: path, reason: words(for: code))
    }
  }

  /// The bytes that a user may still write to the disk of the folder at `path`, where the system tells.
  package static func freeSpace(in path: String) -> Int? {
    var status = statvfs()
    guard path.withSystemPath({ statvfs($0, &status) }) == 0 else { return nil }
    let (bytes, overflows) = Int(status.f_bavail).multipliedReportingOverflow(
      by: Int(status.f_frsize))
    return overflows ? .max : bytes
  }
}
