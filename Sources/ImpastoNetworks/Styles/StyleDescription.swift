/// A style's name, and the facts about its painting.
public struct StyleDescription: Codable, Hashable, Sendable {
  /// The kebab-case name by which users choose the style.
  public let name: String
  /// The painting's title.
  public let title: String
  /// The painter.
  public let artist: String
  /// The year as museums write it: `1890`, `c. 1831`.
  public let year: String
  /// The licence of the picture of it.
  public let licence: String
  /// The origin of the picture of it.
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

  /// Returns whether `name` is kebab-case: lower-case letters and digits in words joined by single
  /// hyphens.
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
