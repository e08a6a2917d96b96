import Foundation
package import ImpastoImaging
package import ImpastoNetworks
import ImpastoStylizing

/// One photo in several styles of a model, to be shown as a picture or as a page.
package struct PhotoSheet {
  private struct Entry {
    let picture: Image
    let style: StyleDescription
    /// A small JPEG of the painting.
    let painting: Data?
  }

  private let photo: Image
  private let entries: [Entry]

  /// Gathers the `pictures` of a photo in the styles called `names`.
  package init(photo: Image, styles names: [String], pictures: [Image], of model: StyleModel) {
    self.photo = photo
    entries = zip(names, pictures).map { name, picture in
      Entry(
        picture: picture,
        style: model.styles.first { $0.name == name } ?? StyleDescription(name: name),
        painting: model.thumbnails[name])
    }
  }

  /// All pictures in rows, the photo first.
  package func image() -> Image {
    let cell = max(photo.width, photo.height)
    let tiles =
      [ContactSheet.Tile(photo, name: StyleBank.photoName)]
      + entries.map { entry in
        // A model works without its paintings, so a damaged one is no reason to fail.
        let painting = entry.painting.flatMap { try? Image(encoded: $0, name: entry.style.name) }
        return ContactSheet.Tile(entry.picture, name: entry.style.name, painting: painting)
      }
    let columns = Self.columns(for: tiles.count, like: photo)
    let rows = stride(from: 0, to: tiles.count, by: columns).map { start in
      (start..<start + columns).map { tiles.indices.contains($0) ? tiles[$0] : nil }
    }
    return ContactSheet.image(rows: rows, cell: cell)
  }

  /// The number of columns that makes the sheet about as wide as a screen, or one more where the
  /// last row is fuller then.
  package static func columns(for count: Int, like photo: Image) -> Int {
    // Captions take about a fifth of a picture's width.
    let shape = (Double(photo.height) + 0.2 * Double(photo.width)) / Double(photo.width)
    let columns = min(count, max(1, Int((1.5 * Double(count) * shape).squareRoot().rounded())))
    func gaps(_ columns: Int) -> Int { (columns - count % columns) % columns }
    return columns < count && gaps(columns + 1) < gaps(columns) ? columns + 1 : columns
  }

  /// A page that holds all that it shows.
  package func html(title: String, quality: Int) throws(ImageError) -> String {
    let name = StyleBank.photoName
    var figures = [try figure(photo, name: name, caption: "<b>\(name)</b>", quality: quality)]
    for entry in entries {
      figures.append(
        try figure(
          entry.picture, name: entry.style.name.escapedForHTML, caption: caption(of: entry),
          quality: quality))
    }
    let styleSheet = """
      :root { color-scheme: light dark; }
      body { margin: 2rem; font: 16px/1.4 system-ui, sans-serif; }
      h1 { font-size: 1.4rem; font-weight: 600; }
      .sheet { display: grid; gap: 2rem 1rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, \(photo.width)px), 1fr)); }
      figure { margin: 0; }
      img { max-width: 100%; height: auto; }
      figcaption { display: flex; gap: .6rem; align-items: center; margin-top: .25rem; }
      figcaption img { max-height: 64px; width: auto; }
      """
    let sheet = "<div class=\"sheet\">\n\(figures.joined(separator: "\n"))\n</div>"
    return ReportPage(title: title, styleSheet: styleSheet, sections: [sheet]).html
  }

  private func figure(
    _ picture: Image, name: String, caption: String, quality: Int
  ) throws(ImageError) -> String {
    """
    <figure><img alt="\(name)" width="\(picture.width)" height="\(picture.height)" \
    src="\(Self.source(try picture.encoded(as: .jpeg, quality: quality)))">
    <figcaption>\(caption)</figcaption></figure>
    """
  }

  private func caption(of entry: Entry) -> String {
    let style = entry.style
    let painting =
      entry.painting.map { "<img alt=\"its painting\" src=\"\(Self.source($0))\">\n" } ?? ""
    let title = style.title.isEmpty ? "" : "<cite>\(style.title.escapedForHTML)</cite>"
    let words = [title, style.artist.escapedForHTML, style.year.escapedForHTML]
      .filter { !$0.isEmpty }.joined(separator: ", ")
    return "\(painting)<div><b>\(style.name.escapedForHTML)</b><br>\(words)</div>"
  }

  private static func source(_ jpeg: Data) -> String {
    "data:image/jpeg;base64,\(jpeg.base64EncodedString())"
  }
}
