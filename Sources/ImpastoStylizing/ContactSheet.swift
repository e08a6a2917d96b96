public import ImpastoImaging

/// A table of pictures: one row for each photo, one column for each style.
public enum ContactSheet {
  private static let margin = 6
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
    let columns = stylised.first?.count ?? paintings.count
    precondition(stylised.allSatisfy { $0.count == columns }, "rows of different lengths")
    precondition(paintings.isEmpty || paintings.count == columns, "\(paintings.count) paintings")

    var rows: [[Image?]] = zip(photos, stylised).map { photo, pictures in [photo] + pictures }
    if !paintings.isEmpty { rows.insert([nil] + paintings, at: 0) }
    let pictures = rows.map { row in row.map { $0?.scaled(longerSide: cell) } }
    let heights = pictures.map { row in row.compactMap { $0?.height }.max() ?? 0 }

    let width = (columns + 1) * (cell + margin) + margin
    let height = heights.reduce(margin) { $0 + $1 + margin }
    var pixels = [UInt8](repeating: paper, count: width * height * 3)
    var top = margin
    for (row, rowHeight) in zip(pictures, heights) {
      for (column, picture) in row.enumerated() {
        guard let picture else { continue }
        let left = margin + column * (cell + margin) + (cell - picture.width) / 2
        let first = ((top + (rowHeight - picture.height) / 2) * width + left) * 3
        copy(picture, into: &pixels, at: first, stride: width * 3)
      }
      top += rowHeight + margin
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  private static func copy(_ picture: Image, into pixels: inout [UInt8], at start: Int, stride: Int)
  {
    let length = picture.width * 3
    for y in 0..<picture.height {
      let source = picture.pixels[y * length..<(y + 1) * length]
      pixels.replaceSubrange(start + y * stride..<start + y * stride + length, with: source)
    }
  }
}
