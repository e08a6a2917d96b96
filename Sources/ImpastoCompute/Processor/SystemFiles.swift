import Glibc

/// The small files in which a system tells of itself and of this process.
package struct SystemFiles: Sendable {
  private let root: String
  private static let maximumBytes = 1 << 20

  /// Reads what a system says whose files lie in the folder `root`.
  package init(root: String = "") { self.root = root }

  /// The lines of a file; none where it cannot be read.
  package func lines(of path: String) -> [Substring] {
    let file = open(root + path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count < Self.maximumBytes {
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  /// The number after a name at the beginning of a line.
  package func entry(_ name: String, in path: String) -> Int? {
    let words = lines(of: path).lazy.map { $0.split(whereSeparator: \.isWhitespace) }
    return words.first { $0.first.map(String.init) == name }?.dropFirst().first.flatMap { Int($0) }
  }

  /// The numbers of a file's first line, nil for what is none.
  func numbers(in path: String) -> [Int?] {
    lines(of: path).first?.split(separator: " ").map { Int($0) } ?? []
  }
}
