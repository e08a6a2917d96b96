import ImpastoCompute
import ImpastoNetworks

/// The rows of images that other rows are computed from.
extension TransformArchitecture.Layer {
  /// The rows that are computed where `rows` of a convolved image of `height` rows are wanted.
  ///
  /// Convolutions compute four rows at a time, counted from the upper edge, and may round what they
  /// sum up by these four: rows come out the same, bit for bit, where the fours are whole.
  func computedRows(for rows: Range<Int>, height: Int) -> Range<Int> {
    switch scaling {
    case .halved, .kept:
      return rows.lowerBound / 4 * 4..<min((rows.upperBound + 3) / 4 * 4, height)
    case .doubled(let doubling) where doubling != .bilinear:
      // Two rows are of one row of groups and the one below, and groups are what is convolved.
      let groups = (rows.upperBound + 1) / 2 + 1
      return rows.lowerBound / 8 * 8..<2 * (min((groups + 3) / 4 * 4, height / 2 + 1) - 1)
    case .doubled, .rearranged:
      // Each row of groups becomes as many rows as the image grows by.
      let tile = 4 * magnification
      return rows.lowerBound / tile * tile..<min((rows.upperBound + tile - 1) / tile * tile, height)
    }
  }

  /// The input rows, some of them perhaps beyond its edges, from which `rows` of the convolved
  /// image are computed.
  func inputRows(for rows: Range<Int>) -> Range<Int> {
    let padding = frame.padding
    if case .doubled = scaling {
      return rows.lowerBound / 2 - padding..<rows.upperBound / 2 + padding
    }
    let first = stride * (rows.lowerBound / magnification)
    let last = stride * ((rows.upperBound + magnification - 1) / magnification - 1)
    return first - padding..<last - padding + mergedKernel
  }
}

extension Frame {
  /// The rows of an image of `height` rows that its framed `rows` show.
  func rows(shownIn rows: Range<Int>, height: Int) -> Range<Int> {
    var shown = rows.clamped(to: 0..<height)
    let beyond = [
      rows.clamped(to: min(rows.lowerBound, 0)..<0),
      rows.clamped(to: height..<max(rows.upperBound, height)),
    ]
    for row in beyond.joined() {
      guard let row = self.row(shownAt: row, height: height) else { continue }
      shown = shown.isEmpty ? row..<row + 1 : shown.joined(with: row..<row + 1)
    }
    return shown
  }
}

extension Range<Int> {
  /// The least range with both in it.
  func joined(with other: Range<Int>) -> Range<Int> {
    Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }
}
