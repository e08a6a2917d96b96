/// What is known of a style's painting.
public struct StyleDescription: Codable, Hashable, Sendable {
  /// The kebab-case name by which users choose the style.
  public let name: String
  /// The painting's title.
  public let title: String
  /// Who painted it.
  public let artist: String
  /// When, as the museums say it: `1890`, `c. 1831`.
  public let year: String
  /// Under what terms the painting may be used.
  public let licence: String
  /// Where the picture of it came from.
  public let source: String

  /// Creates a description; only the name is needed.
  public init(
    name: String, title: String = "", artist: String = "", year: String = "", licence: String = "",
    source: String = ""
  ) {
    self.name = name
    self.title = title
    self.artist = artist
    self.year = year
    self.licence = licence
    self.source = source
  }

  /// The same under another name.
  func renamed(to name: String) -> StyleDescription {
    StyleDescription(
      name: name, title: title, artist: artist, year: year, licence: licence, source: source)
  }

  /// Whether `name` is kebab-case: lower-case letters and digits in words joined by single hyphens.
  public static func isValidName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 100
      && name.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { word in
        !word.isEmpty
          && word.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
              || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          }
      }
  }
}
