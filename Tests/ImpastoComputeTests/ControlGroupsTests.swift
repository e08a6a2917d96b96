import Foundation
import ImpastoCompute
import Testing

/// Quotas as the files of a system tell them.
final class ControlGroupsTests {
  private let root = NSTemporaryDirectory() + "impasto-groups-" + UUID().uuidString

  deinit { try? FileManager.default.removeItem(atPath: root) }

  private var processors: Int? { ControlGroups(SystemFiles(root: root)).processors }

  private func write(_ text: String, as path: String) throws {
    let url = URL(fileURLWithPath: root + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data((text + "\n").utf8).write(to: url)
  }

  @Test(arguments: [
    ("max 100000", nil), ("150000 100000", 2), ("200000 100000", 2), ("1000 100000", 1),
    ("6400000 50000", 128), ("0 100000", nil), ("100000", nil), ("", nil), ("a b", nil),
  ])
  func `a quota of version 2 counts as the processors that it is worth`(
    quota: String, expected: Int?
  ) throws {
    try write("0::/user/job", as: "/proc/self/cgroup")
    try write(quota, as: "/sys/fs/cgroup/user/job/cpu.max")
    #expect(processors == expected)
  }

  @Test(arguments: [("-1", nil), ("150000", 2), ("50000", 1), ("800000", 8)])
  func `a quota of version 1 counts as the processors that it is worth`(
    quota: String, expected: Int?
  ) throws {
    try write("5:cpu,cpuacct:/job\n4:memory:/x\n0::/", as: "/proc/self/cgroup")
    try write(quota, as: "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us")
    try write("100000", as: "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us")
    #expect(processors == expected)
  }

  @Test func `the tightest of the groups above counts, and the top in a container`() throws {
    try write("0::/user/job", as: "/proc/self/cgroup")
    try write("400000 100000", as: "/sys/fs/cgroup/user/job/cpu.max")
    #expect(processors == 4)
    try write("300000 100000", as: "/sys/fs/cgroup/user/cpu.max")
    #expect(processors == 3)
    try write("50000 100000", as: "/sys/fs/cgroup/cpu.max")
    #expect(processors == 1)
  }

  @Test func `a system that does not tell has no quota`() throws {
    #expect(processors == nil)
    try write("0::/", as: "/proc/self/cgroup")
    #expect(processors == nil)
    #expect(ThreadBudget.available.count >= 1)
  }
}
