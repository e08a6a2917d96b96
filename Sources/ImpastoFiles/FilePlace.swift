/// The place of a file, which may not exist yet: equal for all paths that lead there.
package struct FilePlace: Hashable, Sendable {
  /// The file itself, or the nearest folder above it that exists.
  private let anchor: FileStatus.Identity?
  /// The bytes of the path from there on.
  private let rest: [UInt8]

  /// Finds the place that `path` names.
  package init(_ path: String) {
    var (known, rest) = (path, "")
    while true {
      if let status = try? FileStatus(known) {
        (anchor, self.rest) = (status.identity, rest.pathBytes)
        return
      }
      let (folder, name) = known.pathParts
      guard folder != known else { break }
      (known, rest) = (folder, "\(name)/\(rest)")
    }
    (anchor, self.rest) = (nil, path.pathBytes)
  }
}
