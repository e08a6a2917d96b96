import Foundation

/// What the system says about memory.
enum SystemMemory {
  /// The bytes that can be used without swapping, where the system gives an estimate.
  static var available: Int? {
    kibibytes("MemAvailable:", in: "/proc/meminfo").map { $0 * 1024 }
  }

  /// The bytes that this process holds, where the system says.
  static var held: Int? { kibibytes("VmRSS:", in: "/proc/self/status").map { $0 * 1024 } }

  private static func kibibytes(_ name: String, in path: String) -> Int? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }
}
