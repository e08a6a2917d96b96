/// The control groups that this process is in, of version 1 or 2, and the resources that they
/// allow.
///
/// A group's limits hold for all groups in it. In a container the group at the top is the
/// container's own, whatever name the system outside has for it.
package struct ControlGroups: Sendable {
  private let files: SystemFiles

  /// Reads the limits from `files`.
  package init(_ files: SystemFiles = SystemFiles()) { self.files = files }

  /// The bytes that are left of the tightest limit; nil where there is none.
  package var availableMemory: Int? {
    let second = folders(of: nil).map {
      available(
        limit: $0 + "/memory.max", used: $0 + "/memory.current", stat: $0 + "/memory.stat",
        idle: "inactive_file")
    }
    let first = folders(of: "memory").map {
      available(
        limit: $0 + "/memory.limit_in_bytes", used: $0 + "/memory.usage_in_bytes",
        stat: $0 + "/memory.stat", idle: "total_inactive_file")
    }
    return (second + first).compactMap(\.self).min()
  }

  /// The number of processors that the tightest quota allows, rounded up; nil where there is none.
  package var processors: Int? {
    let second = folders(of: nil).map { folder -> Int? in
      let numbers = files.numbers(in: folder + "/cpu.max")
      return numbers.count == 2 ? processors(quota: numbers[0], period: numbers[1]) : nil
    }
    let first = folders(of: "cpu").map {
      processors(
        quota: files.numbers(in: $0 + "/cpu.cfs_quota_us").first ?? nil,
        period: files.numbers(in: $0 + "/cpu.cfs_period_us").first ?? nil)
    }
    return (second + first).compactMap(\.self).min()
  }

  /// The folders of the groups, from the innermost: those of a controller of version 1, or of
  /// version 2.
  private func folders(of controller: String?) -> [String] {
    for line in files.lines(of: "/proc/self/cgroup") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let controllers = parts[1].split(separator: ",")
      let isWanted =
        controller.map { name in controllers.contains { $0 == name } }
        ?? (parts[0] == "0" && controllers.isEmpty)
      guard isWanted else { continue }
      let mount = "/sys/fs/cgroup" + (controller == nil ? "" : "/\(parts[1])")
      let names = parts[2].split(separator: "/")
      return (0...names.count).reversed().map { count in
        ([mount] + names.prefix(count).map(String.init)).joined(separator: "/")
      }
    }
    return []
  }

  private func available(limit: String, used: String, stat: String, idle: String) -> Int? {
    guard let limit = files.numbers(in: limit).first ?? nil,
      let used = files.numbers(in: used).first ?? nil
    else { return nil }
    // Files that were read and are not in use count as the group's until it needs their place.
    let idle = files.entry(idle, in: stat) ?? 0
    return max(0, limit - max(0, used - idle))
  }

  private func processors(quota: Int?, period: Int?) -> Int? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return quota / period + (quota % period == 0 ? 0 : 1)
  }
}
