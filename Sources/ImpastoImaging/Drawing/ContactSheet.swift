/// A table of pictures of one photo or several, in one style or several, with their names.
///
/// ```swift
/// let tiles = [ContactSheet.Tile(photo)] + pictures.map { ContactSheet.Tile($1, name: $0) }
/// let sheet = ContactSheet.image(rows: [tiles], cell: 320)
/// ```
public enum ContactSheet {
  /// A picture and what is said below it.
  public struct Tile: Sendable {
    /// The picture.
    public let picture: Image
    /// A name of the characters a-z, 0-9, hyphen, colon, full stop and comma, or nothing.
    public let name: String
    /// The painting that the picture's style comes from, to be shown small beside the name.
    public let painting: Image?

    /// Creates a tile.
    public init(_ picture: Image, name: String = "", painting: Image? = nil) {
      self.picture = picture
      self.name = name
      self.painting = painting
    }
  }

  static let margin = 6
  private static let paper: UInt8 = 250

  /// Lays out `photos` in the first column and their stylised pictures beside them.
  ///
  /// - Parameters:
  ///   - photos: One picture a row.
  ///   - stylised: For each photo its pictures, one a style.
  ///   - paintings: One picture a style for a row above all others, or none.
  ///   - cell: The longer side of each picture on the sheet in pixels.
  /// - Precondition: all rows are equally long.
  public static func image(
    photos: [Image], stylised: [[Image]], paintings: [Image] = [], cell: Int = 192
  ) -> Image {
    precondition(photos.count == stylised.count, "\(photos.count) photos, \(stylised.count) rows")
    var rows: [[Image?]] = zip(photos, stylised).map { photo, pictures in [photo] + pictures }
    if !paintings.isEmpty { rows.insert([nil] + paintings, at: 0) }
    return image(rows: rows.map { row in row.map { $0.map { Tile($0) } } }, cell: cell)
  }

  /// Lays out tiles in rows and columns that are as high and as wide as they need to be.
  ///
  /// - Parameters:
  ///   - rows: Tiles, or gaps.
  ///   - cell: The longer side of each picture on the sheet in pixels; one of that size already
  ///     keeps every pixel.
  /// - Precondition: all rows are equally long and hold a tile.
  public static func image(rows: [[Tile?]], cell: Int) -> Image {
    let columns = rows.first?.count ?? 0
    precondition(
      columns > 0 && rows.allSatisfy { $0.count == columns && $0.contains { $0 != nil } },
      "empty rows, or rows of different lengths")
    let scaled = rows.map { row in
      row.map { tile in
        tile.map { Tile($0.picture.scaled(longerSide: cell), name: $0.name, painting: $0.painting) }
      }
    }
    let widths = (0..<columns).map { column in
      scaled.compactMap { $0[column] }
        .map { max($0.picture.width, Caption.minimumWidth(of: $0, cell: cell)) }.max() ?? cell
    }
    let captions = scaled.map { row in
      zip(row, widths).map { tile, width in
        tile.flatMap { Caption($0, cell: cell, width: width) }
      }
    }
    let heights = scaled.map { row in row.compactMap { $0?.picture.height }.max() ?? 0 }
    let feet = captions.map { row in row.compactMap { $0?.height }.max() ?? 0 }

    var sheet = Image(
      width: widths.reduce(margin) { $0 + $1 + margin },
      height: zip(heights, feet).reduce(margin) { $0 + $1.0 + $1.1 + margin }, level: paper)
    var top = margin
    for (y, row) in scaled.enumerated() {
      var left = margin
      for (x, tile) in row.enumerated() {
        if let picture = tile?.picture {
          sheet.paste(
            picture, x: left + (widths[x] - picture.width) / 2,
            y: top + (heights[y] - picture.height) / 2)
        }
        captions[y][x]?.draw(on: &sheet, x: left, y: top + heights[y])
        left += widths[x] + margin
      }
      top += heights[y] + feet[y] + margin
    }
    return sheet
  }

  /// Lays out a square of blends with the names of the styles at its four corners.
  ///
  /// - Parameters:
  ///   - rows: Pictures of one size, which keep every pixel.
  ///   - corners: The names at the upper left, upper right, lower left and lower right.
  public static func grid(_ rows: [[Image]], corners: [String]) -> Image {
    precondition(corners.count == 4, "\(corners.count) corners")
    let cell = rows.joined().map { max($0.width, $0.height) }.max() ?? 0
    let pictures = image(rows: rows.map { row in row.map { Tile($0) } }, cell: cell)
    let half = (pictures.width - 3 * margin) / 2
    let names = corners.map { Lettering($0, scale: Lettering.scale(for: cell), width: half) }
    let (head, foot) = (
      max(names[0].height, names[1].height), max(names[2].height, names[3].height)
    )
    // Names may be longer than two pictures are wide.
    let width = max(
      pictures.width, names[0].width + names[1].width + 3 * margin,
      names[2].width + names[3].width + 3 * margin)
    var sheet = Image(
      width: width, height: pictures.height + head + foot + 2 * margin, level: paper)
    sheet.paste(pictures, x: (width - pictures.width) / 2, y: margin + head)
    let right = [names[1], names[3]].map { width - margin - $0.width }
    let bottom = sheet.height - margin - foot
    names[0].draw(on: &sheet, x: margin, y: margin + head - names[0].height)
    names[1].draw(on: &sheet, x: right[0], y: margin + head - names[1].height)
    names[2].draw(on: &sheet, x: margin, y: bottom)
    names[3].draw(on: &sheet, x: right[1], y: bottom)
    return sheet
  }
}
