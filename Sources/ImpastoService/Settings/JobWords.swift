/// The words of a command line, gathered from settings of which many are left out.
struct JobWords {
  private(set) var words: [String]

  /// Begins with the name of a command and the files that it works on.
  init(_ command: JobKind, _ files: [String]) { words = [command.rawValue] + files }

  /// Adds an option with its value, where there is one.
  mutating func add(_ option: String, _ value: (some CustomStringConvertible)?) {
    if let value { words += ["--\(option)", value.description] }
  }

  /// Adds a flag, where it is set.
  mutating func add(flag: String, _ isSet: Bool?) {
    if isSet == true { words.append("--\(flag)") }
  }

  /// Adds the settings of how a photo or film is painted.
  mutating func add(
    styles: StyleWeights?, strength: Float?, strokeSize: Double?, keepColors: Bool?,
    regions: [StylizeSettings.Region]?, _ file: (Identifier) -> String
  ) {
    add("style", styles?.text)
    add("strength", strength)
    add("stroke-size", strokeSize)
    add(flag: "keep-colors", keepColors)
    for region in regions ?? [] { add("region", "\(file(region.mask))=\(region.styles.text)") }
  }
}
