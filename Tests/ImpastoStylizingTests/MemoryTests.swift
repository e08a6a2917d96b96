import Foundation
import ImpastoStylizing
import TestSupport
import Testing

@Suite struct MemoryTests {
  private let root: TemporaryFolder

  /// A machine of which 2000 KiB are free.
  init() throws {
    root = try TemporaryFolder()
    try write("MemTotal:  9000 kB\nMemAvailable:  2000 kB\n", as: "/proc/meminfo")
  }

  private var available: Int? { Memory(root: root.path).available }

  private func write(_ text: String, as path: String) throws {
    let url = URL(fileURLWithPath: root.path + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func limit(_ group: String, to limit: String, current: Int, stat: String = "") throws {
    let folder = "/sys/fs/cgroup" + group
    try write(limit + "\n", as: folder + "/memory.max")
    try write("\(current)\n", as: folder + "/memory.current")
    if !stat.isEmpty { try write(stat, as: folder + "/memory.stat") }
  }

  @Test func `a process in no limited group has what the machine has free`() throws {
    #expect(available == 2_048_000)
    try write("4:memory:/old\n0::/\n", as: "/proc/self/cgroup")
    #expect(available == 2_048_000)
    try limit("", to: "max", current: 5)
    #expect(available == 2_048_000)
  }

  @Test func `a control group's limit counts, with what it holds of files at rest`() throws {
    try write("0::/user/job\n", as: "/proc/self/cgroup")
    try limit("/user/job", to: "900000", current: 500_000)
    #expect(available == 400_000)
    try limit(
      "/user/job", to: "900000", current: 500_000, stat: "anon 7\ninactive_file 100000\n")
    #expect(available == 500_000)
  }

  @Test func `the tightest of the groups above counts`() throws {
    try write("0::/user/job\n", as: "/proc/self/cgroup")
    try limit("/user/job", to: "max", current: 70)
    try limit("/user", to: "800", current: 300)
    #expect(available == 500)
    // In a container the group is the root that it sees.
    try limit("", to: "400", current: 500)
    #expect(available == 0)
  }

  @Test func `a group with more than the machine has free changes nothing`() throws {
    try write("0::/\n", as: "/proc/self/cgroup")
    try limit("", to: "9000000", current: 1)
    #expect(available == 2_048_000)
  }

  @Test func `limits of version 1 count, those of all groups above too`() throws {
    try write("9:cpu,cpuacct:/else\n4:memory:/user/job\n0::/\n", as: "/proc/self/cgroup")
    func limit(_ group: String, to limit: Int, used: Int, stat: String = "") throws {
      let folder = "/sys/fs/cgroup/memory" + group
      try write("\(limit)\n", as: folder + "/memory.limit_in_bytes")
      try write("\(used)\n", as: folder + "/memory.usage_in_bytes")
      try write(stat, as: folder + "/memory.stat")
    }
    try limit("", to: 9_223_372_036_854_771_712, used: 100)
    #expect(available == 2_048_000)
    try limit("/user/job", to: 900_000, used: 500_000)
    #expect(available == 400_000)
    try limit(
      "/user/job", to: 900_000, used: 500_000, stat: "inactive_file 7\ntotal_inactive_file 9000\n")
    #expect(available == 409_000)
    try limit("/user", to: 1000, used: 400)
    #expect(available == 600)
  }

  @Test func `this process holds something, and no more than it ever has`() throws {
    let memory = Memory()
    let held = try #require(memory.held)
    #expect(held > 1_000_000)
    #expect(try #require(memory.peak) >= held)
  }

  @Test func `a system that does not tell is believed`() throws {
    let memory = Memory(root: root.file("none"))
    #expect(memory.available == nil && memory.held == nil && memory.peak == nil)
  }
}
