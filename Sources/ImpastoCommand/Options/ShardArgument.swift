import ArgumentParser
import ImpastoSessions

/// The value of `--shard`.
enum ShardArgument {
  /// Reads `2/8`.
  static func shard(_ text: String) throws -> Shard {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], count > 0,
      (1...count).contains(number)
    else {
      throw ValidationError(
        "--shard \(text): expected I/N, shard I of N with I from 1 to N, such as 2/8")
    }
    return Shard(number: number, count: count)
  }
}
