import ImpastoCompute
import ImpastoNetworks

extension TransformArchitecture.Layer {
  /// The rows that are computed where `rows` of a convolved image of `height` rows are wanted.
  ///
  /// Convolutions compute four rows at a time, counted from the upper edge, and may round what they
  /// sum up by these four: rows come out the same, bit for bit, where the fours are whole.
  func computedRows(for rows: Range<Int>, height: Int) -> Range<Int> {
    switch scaling {
    case .halved, .kept:
      return rows.lowerBound / 4 * 4..<min((rows.upperBound + 3) / 4 * 4, height)
    case .doubled:
      // Two rows are of one row of groups and the one below, and groups are what is convolved.
      let groups = (rows.upperBound + 1) / 2 + 1
      return rows.lowerBound / 8 * 8..<2 * (min((groups + 3) / 4 * 4, height / 2 + 1) - 1)
    }
  }

  /// The input rows, some of them perhaps beyond its edges, from which `rows` of the convolved image
  /// are computed.
  func inputRows(for rows: Range<Int>) -> Range<Int> {
    let padding = frame.padding
    return switch scaling {
    case .kept: rows.lowerBound - padding..<rows.upperBound + padding
    case .halved: 2 * rows.lowerBound - padding..<2 * rows.upperBound - 1 + padding
    case .doubled: rows.lowerBound / 2 - padding..<rows.upperBound / 2 + padding
    }
  }
}
