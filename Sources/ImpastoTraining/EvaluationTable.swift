import Foundation

/// A table of an evaluation's numbers, with a row for each style.
public struct EvaluationTable: Sendable, Equatable {
  /// One number.
  public struct Cell: Sendable, Equatable {
    /// The number as it is shown, or a dash where there is none.
    public let text: String
    /// Whether it exceeds its limit.
    public var isFlagged = false

    init(_ text: String?, isFlagged: Bool = false) {
      self.text = text ?? "–"
      self.isFlagged = isFlagged
    }

    init(_ value: Float?, decimals: Int) {
      self.init(value.map { String(format: "%.\(decimals)f", $0) })
    }
  }

  /// A row's name and numbers.
  public struct Row: Sendable, Equatable {
    /// The style, or what else the numbers are of.
    public let name: String
    /// One per column but the first.
    public let cells: [Cell]
  }

  /// The names of the columns.
  public let header: [String]
  /// The rows.
  public let rows: [Row]

  /// The losses of the styles and of their yardsticks, and the means over the styles.
  ///
  /// `opt 25` is the total after so many iterations from the photo, `≈ noise` and `≈ photo` are
  /// equivalent iterations.
  public static func losses(of evaluation: Evaluation) -> EvaluationTable {
    let marks = evaluation.shownIterations
    let starts = marks.isEmpty ? [] : Descent.Start.allCases
    var header = ["style", "C", "S", "C+20S", "photo"]
    if evaluation.other != nil { header.append("against") }
    header += marks.map { "opt \($0)" } + starts.map { "≈ \($0.rawValue)" }

    func row(
      _ name: String, _ losses: (RelativeLosses?, plain: RelativeLosses?, other: RelativeLosses?),
      _ optimized: [Float], _ equivalents: [EquivalentIterations?]
    ) -> Row {
      var cells = [
        Cell(losses.0?.content, decimals: 3), Cell(losses.0?.style, decimals: 4),
        Cell(losses.0?.total, decimals: 3), Cell(losses.plain?.total, decimals: 2),
      ]
      if evaluation.other != nil { cells.append(Cell(losses.other?.total, decimals: 3)) }
      cells += marks.map { mark in
        Cell(optimized.isEmpty ? nil : optimized[min(mark, optimized.count - 1)], decimals: 3)
      }
      return Row(name: name, cells: cells + equivalents.map { Cell($0?.description) })
    }
    let styles = evaluation.styles.map { style in
      row(
        style.name, (style.network, style.plain, style.other), style.totals(from: .photo),
        starts.map(style.equivalentIterations))
    }
    let mean = row(
      "mean", (evaluation.mean(\.network), evaluation.mean(\.plain), evaluation.mean(\.other)),
      Descent.mean(evaluation.styles.map { $0.totals(from: .photo) }),
      starts.map(evaluation.equivalentIterations))
    return EvaluationTable(header: header, rows: styles + [mean])
  }

  /// The faults of the styles, those of the photos as they are, and the limits.
  public static func faults(of evaluation: Evaluation) -> EvaluationTable {
    let kinds = PictureFaults.Kind.allCases
    func text(_ value: Float, _ kind: PictureFaults.Kind) -> String {
      switch kind {
      case .frame, .grid2, .grid4: String(format: "%.2f", value)
      case .blobs: String(format: "%.1f", value)
      case .clipping: String(format: "%.1f %%", value * 100)
      }
    }
    func row(_ name: String, _ faults: PictureFaults?, lacking: PictureFaults.Kind? = nil) -> Row {
      let flagged = faults?.flagged ?? []
      let cells = kinds.map { kind in
        Cell(
          kind == lacking ? nil : faults.map { text($0[kind], kind) },
          isFlagged: flagged.contains(kind))
      }
      return Row(name: name, cells: cells)
    }
    let limits = kinds.map { Cell(text(PictureFaults.limit(of: $0), $0)) }
    return EvaluationTable(
      header: ["style"] + kinds.map(\.title),
      rows: evaluation.styles.map { row($0.name, $0.faults) }
        + [
          // There is no photo of one grey among them.
          row("the photos", evaluation.photoFaults, lacking: .blobs),
          Row(name: "limit", cells: limits),
        ])
  }
}

extension PictureFaults.Kind {
  /// The heading of its column.
  var title: String {
    switch self {
    case .frame: "frame"
    case .grid2: "grid 2"
    case .grid4: "grid 4"
    case .blobs: "blobs"
    case .clipping: "clipping"
    }
  }
}
