import Foundation

/// A table of an evaluation's numbers, with a row for each style.
public struct EvaluationTable: Sendable, Equatable {
  /// One number.
  public struct Cell: Sendable, Equatable {
    /// The number as it is shown, or a dash where there is none.
    public let text: String
    /// Indicates whether it exceeds its limit.
    public var isFlagged = false

    init(_ text: String?, isFlagged: Bool = false) {
      self.text = text ?? "–"
      self.isFlagged = isFlagged
    }

    init(_ value: Float?, decimals: Int, isFlagged: Bool? = false) {
      self.init(
        value.map { String(format: "%.\(decimals)f", $0) }, isFlagged: isFlagged ?? false)
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

  /// The losses of the styles, and the means over the styles.
  public static func losses(of evaluation: Evaluation) -> EvaluationTable {
    var header = ["style", "C", "S", "C+20S", "photo"]
    if evaluation.other != nil { header.append("against") }
    func row(
      _ name: String, _ network: RelativeLosses?, plain: RelativeLosses?, other: RelativeLosses?
    ) -> Row {
      var cells = [
        Cell(network?.content, decimals: 3), Cell(network?.style, decimals: 4),
        Cell(network?.total, decimals: 3), Cell(plain?.total, decimals: 2),
      ]
      if evaluation.other != nil { cells.append(Cell(other?.total, decimals: 3)) }
      return Row(name: name, cells: cells)
    }
    let styles = evaluation.styles.map {
      row($0.name, $0.network, plain: $0.plain, other: $0.other)
    }
    let mean = row(
      "mean", evaluation.mean(\.network), plain: evaluation.mean(\.plain),
      other: evaluation.mean(\.other))
    return EvaluationTable(header: header, rows: styles + [mean])
  }

  /// The totals of the network and of optimised pixels on the photos that were optimised, and the
  /// means over the styles; nothing where none was to be.
  ///
  /// `opt 25` is the total after so many iterations from the photo, `÷ opt` the network's divided
  /// by the last of these, `≈ noise` and `≈ photo` are equivalent iterations.
  public static func descents(of evaluation: Evaluation) -> EvaluationTable? {
    let marks = evaluation.shownIterations
    guard !marks.isEmpty else { return nil }
    let starts = Descent.Start.allCases
    func row(
      _ name: String, _ network: Float?, _ optimized: [Float],
      _ equivalents: [EquivalentIterations?]
    ) -> Row {
      let totals = marks.map { mark in
        optimized.isEmpty ? nil : optimized[min(mark, optimized.count - 1)]
      }
      var ratio: Float?
      if let network, let last = totals.last ?? nil { ratio = network / last }
      return Row(
        name: name,
        cells: [Cell(network, decimals: 3)] + totals.map { Cell($0, decimals: 3) }
          + [Cell(ratio, decimals: 2)] + equivalents.map { Cell($0?.description) })
    }
    let styles = evaluation.styles.map { style in
      row(
        style.name, style.networkTotal(onPhotosOptimizedFrom: .photo), style.totals(from: .photo),
        starts.map(style.equivalentIterations))
    }
    let networks = evaluation.styles.compactMap { $0.networkTotal(onPhotosOptimizedFrom: .photo) }
    let mean = row(
      "mean", networks.isEmpty ? nil : networks.reduce(0, +) / Float(networks.count),
      Descent.mean(evaluation.styles.map { $0.totals(from: .photo) }),
      starts.map(evaluation.equivalentIterations))
    return EvaluationTable(
      header: ["style", "network"] + marks.map { "opt \($0)" } + ["÷ opt"]
        + starts.map { "≈ \($0.rawValue)" },
      rows: styles + [mean])
  }

  /// The quality of large pictures, size by size: S of the picture seen whole over that of the small
  /// picture (`whole`), and its edge energy over the photo's (`edges`); nothing where none were to be
  /// painted.
  public static func sizes(of evaluation: Evaluation) -> EvaluationTable? {
    guard !evaluation.sizes.isEmpty else { return nil }
    func row(_ name: String, _ ratio: (Int) -> Float?, _ edges: (Int) -> Float?) -> Row {
      let cells = evaluation.sizes.map { size in
        let (ratio, edges) = (ratio(size), edges(size))
        return [
          Cell(ratio, decimals: 2, isFlagged: ratio.map { $0 > SizeMeasures.maximumStyleRatio }),
          Cell(edges, decimals: 2, isFlagged: edges.map { $0 < SizeMeasures.minimumEdges }),
        ]
      }
      return Row(name: name, cells: cells.flatMap { $0 })
    }
    let styles = evaluation.styles
    return EvaluationTable(
      header: ["style"] + evaluation.sizes.flatMap { ["whole \($0)", "edges \($0)"] },
      rows: styles.map { row($0.name, $0.styleRatio, $0.edges) }
        + [
          row(
            "mean", { size in mean(styles.compactMap { $0.styleRatio(atSize: size) }) },
            { size in mean(styles.compactMap { $0.edges(atSize: size) }) }),
          row("limit", { _ in SizeMeasures.maximumStyleRatio }, { _ in SizeMeasures.minimumEdges }),
        ])
  }

  /// The change of pictures when the photo moves, in levels; nothing where none was to be moved.
  public static func shifts(of evaluation: Evaluation) -> EvaluationTable? {
    guard evaluation.movesPhotos else { return nil }
    let moves = ShiftMeasures.distances.indices
    func row(_ name: String, _ differences: [Float]) -> Row {
      let cells = moves.map { move in
        let difference = differences.isEmpty ? nil : differences[move]
        return Cell(
          difference, decimals: 1,
          isFlagged: difference.map { $0 > ShiftMeasures.maximumDifference })
      }
      return Row(name: name, cells: cells)
    }
    let measured = evaluation.styles.map(\.meanShift).filter { !$0.isEmpty }
    return EvaluationTable(
      header: ["style"] + ShiftMeasures.distances.map { "shift \($0)" },
      rows: evaluation.styles.map { row($0.name, $0.meanShift) }
        + [
          row(
            "mean",
            measured.isEmpty ? [] : moves.compactMap { move in mean(measured.map { $0[move] }) }),
          row("limit", moves.map { _ in ShiftMeasures.maximumDifference }),
        ])
  }

  private static func mean(_ numbers: [Float]) -> Float? {
    numbers.isEmpty ? nil : numbers.reduce(0, +) / Float(numbers.count)
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
