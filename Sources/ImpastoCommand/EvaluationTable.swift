import Foundation
import ImpastoTraining

/// An evaluation as lines of text: one for each style, and their mean.
struct EvaluationTable {
  let lines: [String]

  init(_ evaluation: Evaluation) {
    var header = ["style", "C", "S", "C+20S", "photo"]
    if evaluation.other != nil { header.append("against") }
    func row(
      _ name: String, _ losses: (network: RelativeLosses?, plain: RelativeLosses?),
      _ other: RelativeLosses?
    ) -> [String] {
      var cells = [
        name, Self.text(losses.network?.content, 3), Self.text(losses.network?.style, 4),
        Self.text(losses.network?.total, 3), Self.text(losses.plain?.total, 2),
      ]
      if evaluation.other != nil { cells.append(Self.text(other?.total, 3)) }
      return cells
    }
    var rows = [header]
    rows += evaluation.styles.map { row($0.name, ($0.network, $0.plain), $0.other) }
    rows.append(
      row(
        "mean", (evaluation.mean(\.network), evaluation.mean(\.plain)), evaluation.mean(\.other)))
    lines = Table.lines(rows, numbers: 1...)
  }

  /// A number with so many decimals, or a dash where there is none.
  private static func text(_ value: Float?, _ decimals: Int) -> String {
    value.map { String(format: "%.\(decimals)f", $0) } ?? "–"
  }
}
