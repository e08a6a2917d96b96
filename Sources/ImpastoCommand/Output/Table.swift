import ImpastoNetworks

/// Text in columns.
enum Table {
  /// One line for each row, its columns two spaces apart and as wide as their longest text.
  ///
  /// - Parameters:
  ///   - numbers: The columns whose texts end and do not begin in line.
  static func lines(_ rows: [[String]], numbers: PartialRangeFrom<Int>? = nil) -> [String] {
    // A title may have several lines, of which none should look like a row.
    let rows = rows.map { $0.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") } }
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.compactMap { column < $0.count ? $0[column].count : nil }.max() ?? 0
    }
    return rows.map { row in
      let padded = zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return numbers?.contains(column) ?? false ? space + cell.0 : cell.0 + space
      }
      let line = padded.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// One line for each style; a detailed one also says where the painting comes from.
  static func lines(of styles: [StyleDescription], isDetailed: Bool) -> [String] {
    lines(
      styles.map { style in
        [style.name, style.title, style.artist, style.year]
          + (isDetailed ? [style.licence, style.source] : [])
      })
  }
}
