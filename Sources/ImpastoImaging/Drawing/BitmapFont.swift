/// The letters of names on pictures: a-z, 0-9, hyphen, colon, full stop and comma.
///
/// Drawn for Impasto. Other characters are left blank.
package enum BitmapFont {
  /// The rows of a line, from the top of a b to the foot of a p.
  package static let height = 18
  /// The blank columns after a letter.
  private static let spacing = 2
  /// The columns of a blank.
  private static let blank = 8
  /// The columns of ``drawing`` that belong to one letter.
  private static let slot = 16

  /// A letter, as a list of its inked places.
  private struct Glyph {
    var width = 0
    var ink: [(x: Int, y: Int)] = []
  }

  private static let glyphs: [Character: Glyph] = {
    let lines = drawing.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
    var glyphs: [Character: Glyph] = [:]
    for top in stride(from: 0, to: lines.count, by: height + 1) {
      for left in stride(from: 0, to: lines[top].count, by: slot) {
        var glyph = Glyph()
        for (y, line) in lines[(top + 1)...].prefix(height).enumerated() {
          for (x, mark) in line.dropFirst(left).prefix(slot).enumerated() where mark == "#" {
            glyph.ink.append((x, y))
            glyph.width = max(glyph.width, x + 1)
          }
        }
        glyphs[lines[top][left]] = glyph
      }
    }
    return glyphs
  }()

  /// The columns that a text takes at scale 1.
  package static func width(of text: some StringProtocol) -> Int {
    let advances = text.map { (glyphs[$0]?.width ?? blank) + spacing }
    return max(0, advances.reduce(0, +) - spacing)
  }

  /// Breaks a name after hyphens and blanks into lines of at most `width` columns at scale 1, each
  /// as long as it can be; a part that is too long by itself stays whole.
  package static func lines(of text: String, width: Int) -> [String] {
    var lines: [String] = []
    for part in parts(of: text) {
      if let last = lines.last, Self.width(of: last + part) <= width {
        lines[lines.count - 1] += part
      } else {
        lines.append(part)
      }
    }
    return lines
  }

  /// The parts of a name that cannot be broken, each with what it ends on.
  package static func parts(of text: String) -> [String] {
    var parts: [String] = []
    for character in text {
      if let end = parts.last?.last, end != "-", end != " " {
        parts[parts.count - 1].append(character)
      } else {
        parts.append(String(character))
      }
    }
    return parts
  }

  /// The inked places of a text at scale 1.
  static func ink(of text: String) -> [(x: Int, y: Int)] {
    var (left, places) = (0, [(x: Int, y: Int)]())
    for character in text {
      places += (glyphs[character]?.ink ?? []).map { (left + $0.x, $0.y) }
      left += (glyphs[character]?.width ?? blank) + spacing
    }
    return places
  }
}
