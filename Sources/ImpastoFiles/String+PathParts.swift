import Foundation

extension String {
  /// The folder of this path and the name in it: of `a`, the working folder `.` and `a`.
  package var pathParts: (folder: String, name: String) {
    // Not by characters: a name may begin with an accent, which joins the slash before it.
    var path = utf8[...]
    while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else {
      return (".", String(self[..<path.endIndex]))
    }
    let name = String(self[path.index(after: slash)..<path.endIndex])
    return (slash == path.startIndex ? "/" : String(self[..<slash]), name)
  }

  /// The names of the folders that lead to this path from the root on, without `.` and `..`.
  package var folderNames: [String] {
    var path = self
    if !utf8.starts(with: "/".utf8), let folder = getcwd(nil, 0) {
      path = String(path: folder).appendingPath(self)
      free(folder)
    }
    var names: [String] = []
    for name in path.utf8.split(separator: UInt8(ascii: "/")).dropLast() {
      switch String(Substring(name)) {
      case ".": continue
      case "..": _ = names.popLast()
      case let name: names.append(name)
      }
    }
    return names
  }

  /// The path of what is called `name` in the folder at this path.
  package func appendingPath(_ name: String) -> String {
    utf8.last == UInt8(ascii: "/") ? self + name : "\(self)/\(name)"
  }

  /// The path without symbolic links, or as it is where it leads nowhere.
  package var resolvingLinks: String {
    withSystemPath { path in
      guard let resolved = realpath(path, nil) else { return self }
      defer { free(resolved) }
      return String(path: resolved)
    }
  }
}
