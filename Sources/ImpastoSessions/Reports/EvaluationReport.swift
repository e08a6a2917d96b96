public import Foundation
public import ImpastoTraining

/// A page about an evaluation that holds everything it shows: tables, curves and pictures.
public struct EvaluationReport: Sendable {
  /// A picture and what it shows.
  public struct Picture: Sendable, Codable {
    /// A few words.
    public let caption: String
    /// The picture's bytes.
    public let jpeg: Data

    /// Creates a picture.
    public init(caption: String, jpeg: Data) {
      self.caption = caption
      self.jpeg = jpeg
    }
  }

  /// The pictures of one style.
  public struct Gallery: Sendable {
    /// The style's name.
    public let style: String
    /// The painting's title and artist.
    public let title: String
    /// The painting.
    public let painting: Picture
    /// One row per photo: the photo and what became of it.
    public var rows: [[Picture]] = []

    /// Creates a gallery without photos.
    public init(style: String, title: String, painting: Picture) {
      self.style = style
      self.title = title
      self.painting = painting
    }
  }

  /// The heading.
  public var title: String
  /// The measurements.
  public var evaluation: Evaluation
  /// Pictures, in the order of the styles.
  public var galleries: [Gallery]

  /// Creates a report.
  public init(title: String, evaluation: Evaluation, galleries: [Gallery]) {
    self.title = title
    self.evaluation = evaluation
    self.galleries = galleries
  }

  /// Writes the page to `path`, replacing what is there only once it is complete.
  public func write(to path: String) throws(TrainingError) {
    try page.write(to: path)
  }

  /// The page as HTML without scripts or references to anything outside it.
  public func html() -> String { page.html }

  private var page: ReportPage {
    ReportPage(
      title: title, styleSheet: TrainingReport.styleSheet + "\n" + Self.styleSheet,
      sections: [summary, lossTable, descentTable, sizeTable, shiftTable, faultTable]
        + styleSections + [missing])
  }

  private static let styleSheet = """
    .numbers th:first-child, .numbers td:first-child { width: auto; }
    .numbers th, .numbers td { text-align: right; font-variant-numeric: tabular-nums;
      white-space: nowrap; }
    .numbers th:first-child { text-align: left; }
    .numbers tr.last th, .numbers tr.last td { border-top: 1px solid var(--soft); }
    .flagged { color: var(--c4); font-weight: 600; }
    .pictures { display: flex; gap: .6rem; margin: .6rem 0; }
    .pictures div div { display: flex; flex-wrap: wrap; gap: .6rem; margin-bottom: .6rem; }
    .pictures figure { width: 168px; flex: none; }
    .wide { overflow-x: auto; }
    """
}

// MARK: - Sections

extension EvaluationReport {
  private var summary: String {
    let mean = evaluation.mean(\.network)
    var text = """
      \(evaluation.photoCount) photos at \(evaluation.photoSize)² · \(evaluation.styles.count) \
      styles, paintings at \(evaluation.styleSize) · \(evaluation.precision)
      """
    if let mean { text += String(format: " · C + 20·S = %.3f", mean.total) }
    if let noise = evaluation.equivalentIterations(from: .noise),
      let photo = evaluation.equivalentIterations(from: .photo)
    {
      text += ", worth \(noise) iterations from noise and \(photo) from the photo"
    }
    if let psnr = evaluation.meanPhotoRowPSNR {
      text += String(format: " · row photo %.1f dB", psnr)
    }
    let unfinished = evaluation.isFinished ? "" : "<p>Stopped before all was measured.</p>\n"
    return "\(unfinished)<p>\(text.escapedForHTML)</p>"
  }

  private var lossTable: String {
    """
    <h2>Losses</h2>
    <p>C: squared distance of relu4_2 features from the photo’s, S: of Gram matrices from the \
    painting’s, both as shares of their norms. “photo” is C + 20·S of the photo as it is.</p>
    \(Self.html(.losses(of: evaluation), lastRows: 1))
    """
  }

  private var descentTable: String {
    guard let table = EvaluationTable.descents(of: evaluation) else { return "" }
    return """
      <h2>Against optimisation</h2>
      <p>C + 20·S on the photos below: of the network, and of their pixels after so many iterations \
      of L-BFGS from the photo. “÷ opt” is the network’s divided by the last of these; “≈” tells \
      how many iterations, from noise and from the photo, reach the network’s.</p>
      \(Self.html(table, lastRows: 1))
      """
  }

  private var sizeTable: String {
    guard let table = EvaluationTable.sizes(of: evaluation) else { return "" }
    return """
      <h2>Large pictures</h2>
      <p>The photos below, painted larger. “whole”: S of the picture shrunk to \
      \(evaluation.photoSize)², as a multiple of that of the picture painted at this size; “edges”: \
      its edge energy at full size, as a share of the photo’s.</p>
      \(Self.html(table, lastRows: 2))
      """
  }

  private var shiftTable: String {
    guard let table = EvaluationTable.shifts(of: evaluation) else { return "" }
    return """
      <h2>Moving photos</h2>
      <p>The root mean square difference, in levels, of two pictures of \
      \(ShiftMeasures.width)×\(ShiftMeasures.height) pixels of a photo that has moved by 1, 2 and \
      3 pixels.</p>
      \(Self.html(table, lastRows: 2))
      """
  }

  private var faultTable: String {
    """
    <h2>Faults</h2>
    <p>Lines along a side; patterns of 2 and 4 pixels; spots on a plain grey photo, in levels; \
    pixels cut off at black or white. Numbers above their limit are marked.</p>
    \(Self.html(.faults(of: evaluation), lastRows: 2))
    """
  }

  private static func html(_ table: EvaluationTable, lastRows: Int) -> String {
    let header = table.header.map { "<th>\($0.escapedForHTML)</th>" }.joined()
    let rows = table.rows.enumerated().map { index, row in
      let cells = row.cells.map { cell in
        let kind = cell.isFlagged ? " class=\"flagged\"" : ""
        return "<td\(kind)>\(cell.text.escapedForHTML)</td>"
      }
      let kind = index == table.rows.count - lastRows ? " class=\"last\"" : ""
      return "<tr\(kind)><th>\(row.name.escapedForHTML)</th>\(cells.joined())</tr>"
    }
    return """
      <div class="wide"><table class="numbers">
      <tr>\(header)</tr>
      \(rows.joined(separator: "\n"))
      </table></div>
      """
  }

  private var styleSections: [String] {
    galleries.map { gallery in
      let rows = gallery.rows.map { pictures in
        "<div>\(pictures.map(Self.html).joined(separator: "\n"))</div>"
      }
      let curve = evaluation.styles.first { $0.name == gallery.style }.map(descentChart) ?? ""
      return """
        <h2>\(gallery.style.escapedForHTML)</h2>
        <p>\(gallery.title.escapedForHTML)</p>
        <div class="pictures">
        \(Self.html(gallery.painting))
        <div>
        \(rows.joined(separator: "\n"))
        </div>
        </div>
        \(curve)
        """
    }
  }

  private static func html(_ picture: Picture) -> String {
    """
    <figure><img alt="\(picture.caption.escapedForHTML)" \
    src="data:image/jpeg;base64,\(picture.jpeg.base64EncodedString())">\
    <figcaption>\(picture.caption.escapedForHTML)</figcaption></figure>
    """
  }

  /// The totals of the optimised photos over the iterations, and the network's.
  private func descentChart(of style: StyleEvaluation) -> String {
    var series: [LossChart.Series] = []
    for (start, name, line) in [
      (Descent.Start.noise, "from noise", "line1"), (.photo, "from the photo", "line2"),
    ] {
      let totals = style.totals(from: start)
      guard totals.count > 1 else { continue }
      series.append(
        .init(name: name, points: totals.enumerated().map { ($0.offset, $0.element) }, style: line))
    }
    guard let last = series.compactMap(\.points.last?.step).max(),
      let goal = style.networkTotal(onPhotosOptimizedFrom: .photo)
    else { return "" }
    series.append(.init(name: "the network", points: [(0, goal), (last, goal)], style: "line0"))
    let legend = series.map { "<span class=\"\($0.style)\">\($0.name)</span>" }
    return """
      <p class="legend">\(legend.joined(separator: " "))</p>
      \(LossChart(series: series, height: 220).svg())
      """
  }

  private var missing: String {
    let rows =
      evaluation.unmeasured.map { ($0.name, $0.reason) }
      + evaluation.skipped.map { ($0.name, $0.reason) }
    guard !rows.isEmpty else { return "" }
    let lines = rows.map { name, reason in
      "<tr><th>\(name.escapedForHTML)</th><td>\(reason.escapedForHTML)</td></tr>"
    }
    return """
      <h2>Not measured</h2>
      <table>
      \(lines.joined(separator: "\n"))
      </table>
      """
  }
}
