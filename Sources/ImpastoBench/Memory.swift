import Foundation
import ImpastoTensors

/// The memory that this process and the machine say they have, in bytes; nil where the kernel does
/// not tell.
enum Memory {
  /// Runs `body` with no free blocks left over from before.
  ///
  /// - Returns: Its result, and the most that the process held meanwhile, the program included.
  static func peak<Result>(during body: () throws -> Result) rethrows -> (Result, bytes: Int?) {
    TensorMemory.releaseFreeBlocks()
    let isReset = (try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))) != nil
    let result = try body()
    return (result, isReset ? peakOfProcess : nil)
  }

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
