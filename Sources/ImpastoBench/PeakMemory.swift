import Foundation
import ImpastoTensors

/// The most memory that a computation holds at once, the program itself included.
enum PeakMemory {
  /// Runs `body` with no free blocks left over from before.
  ///
  /// - Returns: Its result, and bytes; nil where the kernel does not tell.
  static func during<Result>(_ body: () throws -> Result) rethrows -> (Result, bytes: Int?) {
    TensorMemory.releaseFreeBlocks()
    let isReset = (try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))) != nil
    let result = try body()
    return (result, isReset ? highWaterMark : nil)
  }

  private static var highWaterMark: Int? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }
}
