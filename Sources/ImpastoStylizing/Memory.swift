import ImpastoCompute

/// The memory that this process and the system say they have, in bytes; nil where it is unknown.
package struct Memory {
  private let files: SystemFiles

  /// Reads the files of a system in the folder `root`.
  package init(root: String = "") { files = SystemFiles(root: root) }

  /// The memory that this process holds.
  package var held: Int? { kibibytes("VmRSS:", in: "/proc/self/status") }

  /// The most that this process has held so far.
  package var peak: Int? { kibibytes("VmHWM:", in: "/proc/self/status") }

  /// The memory that this process can use without swapping: of the machine, and of each control
  /// group that it is in.
  package var available: Int? {
    [kibibytes("MemAvailable:", in: "/proc/meminfo"), ControlGroups(files).availableMemory]
      .compactMap(\.self).min()
  }

  private func kibibytes(_ name: String, in path: String) -> Int? {
    files.entry(name, in: path).map { $0 * 1024 }
  }
}
