import ArgumentParser
import ImpastoImaging
import ImpastoStylizing

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

  /// The bytes that the program itself takes while it paints, for code that runs for the first time
  /// and for buffers of kernels and codecs.
  ///
  /// Up to 25 MB were measured, on a busy machine.
  private static let growth = 32_000_000

  /// The bytes that are left for tensors to paint a photo with, of which nothing is read yet.
  ///
  /// - Parameters:
  ///   - painting: The bytes of all else that is held while it is painted.
  ///   - reading: The bytes that are held before that.
  ///   - tensors: The bytes that tensors take at least.
  /// - Throws: ``CommandError/cannotStylize(_:reason:)`` with all that it takes, where that is more
  ///   than is allowed.
  func tensorBytes(
    for photo: OpenedPhoto, painting: Int, reading: Int, tensors: Int
  ) throws(CommandError) -> Int {
    let held = Memory().held ?? 0
    let half = Memory().available.map { $0 / 2 + held }
    // What is bounded is the whole process.
    let allowed = memory?.bytes ?? half ?? .max
    let needed = held + Self.growth + max(reading, painting + tensors)
    guard needed <= allowed else {
      let error = StylizingError.notEnoughMemory(
        width: photo.reader.width, height: photo.reader.height, needed: needed, allowed: allowed)
      throw .cannotStylize(photo.name, reason: error.description)
    }
    return allowed - held - Self.growth - painting
  }
}
