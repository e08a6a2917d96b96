import ArgumentParser
import ImpastoSessions

/// The option that limits the memory of a stylisation.
struct MemoryOptions: ParsableArguments {
  /// A number of bytes with a unit, such as `500MB`, `2GB` or `1.5GiB`.
  struct Size: ExpressibleByArgument {
    let bytes: Int

    private static let units: [(name: String, bytes: Double)] = [
      ("KIB", 0x1p10), ("MIB", 0x1p20), ("GIB", 0x1p30), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9),
      ("K", 1e3), ("M", 1e6), ("G", 1e9),
    ]

    init?(argument: String) {
      let text = argument.uppercased()
      guard let unit = Self.units.first(where: { text.hasSuffix($0.name) }),
        let number = Double(text.dropLast(unit.name.count)), number > 0,
        let bytes = Int(exactly: (number * unit.bytes).rounded())
      else { return nil }
      self.bytes = bytes
    }
  }

  @Option(
    help: ArgumentHelp(
      "Memory that the program may take, such as 500MB or 2GB (default: half of what is free).",
      discussion: """
        The picture does not depend on it: images that do not fit are computed again where they \
        are needed. Scaled photos and strokes take more, because such a photo is kept in memory as \
        a whole.
        """, valueName: "size"))
  var memory: Size?

  /// The memory that the program may take.
  ///
  /// - Parameter processes: The number of processes on this machine that share what is free.
  func budget(processes: Int = 1) -> MemoryBudget {
    MemoryBudget(bytes: memory?.bytes, processes: processes)
  }
}
