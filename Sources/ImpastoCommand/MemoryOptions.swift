import ArgumentParser
import ImpastoStylizing

/// How much memory a stylisation may take.
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
        The picture does not depend on it: what does not fit is computed again where it is needed. \
        Scaled photos and strokes take more, since such a photo is held as a whole.
        """, valueName: "size"))
  var memory: Size?

  /// What the program itself comes to hold while it paints: code that runs for the first time, and
  /// buffers of kernels and codecs.
  private static let growth = 16_000_000

  /// What a stylisation may take, beside `others` bytes that it needs for other things than tensors.
  func budget(besides others: Int) -> MemoryBudget {
    let held = Memory().held ?? 0
    let half = Memory().available.map { $0 / 2 + held }
    return MemoryBudget(total: memory?.bytes ?? half ?? .max, others: held + Self.growth + others)
  }
}

/// How many bytes a process may hold.
struct MemoryBudget {
  /// All of them.
  let total: Int
  /// Those that are no tensors'.
  let others: Int

  /// What is left for tensors.
  var tensors: Int { max(0, total - others) }

  /// Refuses the photo called `name`, for which `tensors` bytes are needed beside the others.
  func refusal(of name: String, width: Int, height: Int, tensors: Int = 0) -> CommandError {
    // What --memory bounds is the whole process.
    let error = StylizingError.notEnoughMemory(
      width: width, height: height, needed: tensors + others, allowed: total)
    return .cannotStylize(name, reason: error.description)
  }

  /// Says why the photo called `name` could not be stylised.
  func refusal(of name: String, _ error: StylizingError) -> CommandError {
    if case .notEnoughMemory(let width, let height, let needed, _) = error {
      return refusal(of: name, width: width, height: height, tensors: needed)
    }
    return .cannotStylize(name, reason: error.description)
  }
}
