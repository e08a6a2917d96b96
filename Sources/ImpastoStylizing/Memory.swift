import Foundation

/// The memory that this process and the system say they have, in bytes; nil where they do not tell.
package struct Memory {
  private let root: String

  /// Reads what a system says whose files lie in the folder `root`.
  package init(root: String = "") { self.root = root }

  /// What this process holds.
  package var held: Int? { kibibytes("VmRSS:", in: "/proc/self/status") }

  /// The most that this process has held so far.
  package var peak: Int? { kibibytes("VmHWM:", in: "/proc/self/status") }

  /// What this process can use without swapping: of the machine, and of each control group that it
  /// is in.
  package var available: Int? {
    let machine = kibibytes("MemAvailable:", in: "/proc/meminfo")
    return ([machine] + groups.map(available(inGroup:))).compactMap(\.self).min()
  }

  /// The folders of the control groups that this process is in, from the innermost.
  private var groups: [String] {
    let name = lines(of: "/proc/self/cgroup").first { $0.hasPrefix("0::/") }?.dropFirst(4)
    let parts = name?.split(separator: "/") ?? []
    return (0...parts.count).reversed().map {
      "/sys/fs/cgroup/" + parts.prefix($0).joined(separator: "/")
    }
  }

  private func available(inGroup folder: String) -> Int? {
    func number(_ name: String) -> Int? { lines(of: folder + name).first.flatMap { Int($0) } }
    guard let limit = number("/memory.max"), let current = number("/memory.current") else {
      return nil
    }
    // Files that were read and are not in use count as the group's until it needs their place.
    return max(0, limit - current + (entry("inactive_file", in: folder + "/memory.stat") ?? 0))
  }

  private func kibibytes(_ name: String, in path: String) -> Int? {
    entry(name, in: path).map { $0 * 1024 }
  }

  /// The number after a name at the beginning of a line.
  private func entry(_ name: String, in path: String) -> Int? {
    let words = lines(of: path).lazy.map { $0.split(whereSeparator: \.isWhitespace) }
    return words.first { $0.first.map(String.init) == name }?.dropFirst().first.flatMap { Int($0) }
  }

  private func lines(of path: String) -> [Substring] {
    let text = try? String(contentsOfFile: root + path, encoding: .utf8)
    return text?.split(separator: "\n") ?? []
  }
}
