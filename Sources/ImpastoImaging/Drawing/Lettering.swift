/// A name broken into lines.
struct Lettering {
  private let lines: [String]
  private let scale: Int

  /// Breaks `name` into lines of at most `width` pixels, or of one part that is longer.
  init(_ name: String, scale: Int, width: Int) {
    lines = BitmapFont.lines(of: name, width: width / scale)
    self.scale = scale
  }

  /// The size of letters that suits pictures whose longer side is `cell`.
  static func scale(for cell: Int) -> Int { max(1, cell / 400) }

  /// The least width in which no part of `name` is cut.
  static func minimumWidth(of name: String, scale: Int) -> Int {
    (BitmapFont.parts(of: name).map { BitmapFont.width(of: $0) }.max() ?? 0) * scale
  }

  var width: Int { (lines.map { BitmapFont.width(of: $0) }.max() ?? 0) * scale }

  var height: Int { lines.count * BitmapFont.height * scale }

  func draw(on sheet: inout Image, x: Int, y: Int) {
    for (index, line) in lines.enumerated() {
      sheet.write(line, x: x, y: y + index * BitmapFont.height * scale, scale: scale)
    }
  }
}

/// The caption below a picture: its painting and its name.
struct Caption {
  private let painting: Image?
  private let name: Lettering

  /// Creates the caption of a tile whose column is `width` wide; none where nothing is to be said.
  init?(_ tile: ContactSheet.Tile, cell: Int, width: Int) {
    guard !tile.name.isEmpty || tile.painting != nil else { return nil }
    painting = Self.thumbnail(of: tile, cell: cell)
    let inset = painting.map { $0.width + ContactSheet.margin } ?? 0
    name = Lettering(tile.name, scale: Lettering.scale(for: cell), width: width - inset)
  }

  /// The least width in which no part of a tile's caption is cut.
  static func minimumWidth(of tile: ContactSheet.Tile, cell: Int) -> Int {
    let inset = thumbnail(of: tile, cell: cell).map { $0.width + ContactSheet.margin } ?? 0
    return inset + Lettering.minimumWidth(of: tile.name, scale: Lettering.scale(for: cell))
  }

  /// With the distance from the picture above.
  var height: Int { ContactSheet.margin + max(painting?.height ?? 0, name.height) }

  /// Draws below a picture that ends at `y`.
  func draw(on sheet: inout Image, x: Int, y: Int) {
    let top = y + ContactSheet.margin
    guard let painting else { return name.draw(on: &sheet, x: x, y: top) }
    sheet.paste(painting, x: x, y: top)
    name.draw(
      on: &sheet, x: x + painting.width + ContactSheet.margin,
      y: top + max(0, painting.height - name.height) / 2)
  }

  private static func thumbnail(of tile: ContactSheet.Tile, cell: Int) -> Image? {
    tile.painting.map { $0.scaled(longerSide: max(1, cell / 5)) }
  }
}
