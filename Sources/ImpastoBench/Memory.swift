import Foundation

/// The memory that this process and the machine say they have, in bytes; nil where the kernel does
/// not tell.
enum Memory {
  /// The most that this process has held so far.
  static var peakOfProcess: Int? { entry("VmHWM:", of: "/proc/self/status") }

  /// What can be used without swapping.
  static var available: Int? { entry("MemAvailable:", of: "/proc/meminfo") }

  private static func entry(_ key: String, of file: String) -> Int? {
    let text = try? String(contentsOfFile: file, encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix(key) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }
}
