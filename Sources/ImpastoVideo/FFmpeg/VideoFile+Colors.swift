extension VideoFile.Colors {
  /// The matrix that players take for pictures that do not name theirs.
  static func usualMatrix(height: Int) -> String { height >= 720 ? "bt709" : "smpte170m" }

  /// The colours in which a film's painted frames are stored.
  struct OfResult {
    let matrix: String
    let primaries: String
    let transfer: String

    /// Those of the film where they are known and ordinary, and otherwise the usual ones.
    init(_ film: VideoFile?, height: Int) {
      let colors = film?.isHighDynamicRange == true ? nil : film?.colors
      let ordinary = ["bt709", "smpte170m", "bt470bg", "bt2020nc"]
      matrix =
        film?.isHighDynamicRange == true
        ? "bt709"
        : colors?.matrix.flatMap { ordinary.contains($0) ? $0 : nil }
          ?? usualMatrix(height: film?.height ?? height)
      let standard = Self.standards[matrix] ?? ("smpte170m", "smpte170m")
      primaries = colors?.primaries ?? standard.primaries
      transfer = (colors?.transfer).map { Self.optionNames[$0] ?? $0 } ?? standard.transfer
    }

    /// The primaries and transfer of the standard that a matrix is of.
    private static let standards: [String: (primaries: String, transfer: String)] = [
      "bt709": (primaries: "bt709", transfer: "bt709"),
      "bt470bg": ("bt470bg", "smpte170m"),
      "bt2020nc": ("bt2020", "bt2020-10"),
    ]

    /// The transfers whose name as an option is not the one that ffprobe prints.
    private static let optionNames = ["bt470m": "gamma22", "bt470bg": "gamma28"]
  }
}
