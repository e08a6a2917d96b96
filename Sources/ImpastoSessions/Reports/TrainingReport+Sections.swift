import Foundation
import ImpastoTraining

extension TrainingReport {
  /// The parts of the page below its heading.
  var sections: [String] {
    [summary, newestSheet, lossCurves, layerCurves, styleCurves, olderSheets, settingsTable]
      + [skippedPhotos]
  }

  private var summary: String {
    guard let last = records.last else { return "<p>No step has been done yet.</p>" }
    let recent = records.suffix(100)
    let speed = recent.map(\.imagesPerSecond).reduce(0, +) / Double(recent.count)
    let total = recent.map(\.losses.total).reduce(0, +) / Float(recent.count)
    return """
      <p>\(last.losses.step) steps · \(styles.count) styles · loss \(String(format: "%.3f", total)) \
      and \(String(format: "%.1f", speed)) images/s over the last \(recent.count) steps</p>
      """
  }

  private var newestSheet: String {
    guard let sheet = sheets.last else { return "" }
    return "<h2>After \(sheet.step) steps</h2>\n\(image(of: sheet))"
  }

  private var olderSheets: String {
    guard sheets.count > 1 else { return "" }
    let earlier = sheets.dropLast().reversed().map { sheet in
      """
      <details><summary>After \(sheet.step) steps</summary>
      \(image(of: sheet))</details>
      """
    }
    return "<h2>Earlier</h2>\n\(earlier.joined(separator: "\n"))"
  }

  private func image(of sheet: Sheet) -> String {
    """
    <img alt="Photos stylised after \(sheet.step) steps" \
    src="data:image/jpeg;base64,\(sheet.jpeg.base64EncodedString())">
    """
  }

  private var lossCurves: String {
    figure(
      "Losses", "Each before its weight but the total; logarithmic scale.",
      [
        ("total", curve { $0.total }), ("content", curve { $0.content }),
        ("style", curve { $0.style }), ("total variation", curve { $0.totalVariation }),
        ("photo", curve { $0.photo }), ("teacher", curve { $0.teacher }),
      ])
  }

  private var layerCurves: String {
    let layers = Set(records.flatMap { $0.losses.perStyle.values.flatMap(\.layers.keys) }).sorted()
    return figure(
      "Style loss by layer", "Means over the styles of each batch.",
      layers.map { layer in
        (
          layer,
          curve { losses in
            let values = losses.perStyle.values.compactMap { $0.layers[layer] }
            return values.isEmpty ? nil : values.reduce(0, +) / Float(values.count)
          }
        )
      })
  }

  private var styleCurves: String {
    let all = curve(points: 80) { $0.style }
    let charts = styles.compactMap { style -> String? in
      let own = curve(points: 80) { $0.perStyle[style.name]?.style }
      guard own.count > 1 else { return nil }
      let svg = LossChart(
        series: [
          .init(name: "all styles", points: all, style: "rest"),
          .init(name: style.name, points: own, style: "line0"),
        ], width: 280, height: 170
      ).svg()
      return """
        <figure><figcaption><b>\(style.name.escapedForHTML)</b> \(style.title.escapedForHTML)\
        </figcaption>
        \(svg)</figure>
        """
    }
    guard !charts.isEmpty else { return "" }
    return """
      <h2>Style loss by style</h2>
      <p>In grey the mean of all styles.</p>
      <div class="small">
      \(charts.joined(separator: "\n"))
      </div>
      """
  }

  private func figure(
    _ title: String, _ note: String, _ lines: [(name: String, points: [(step: Int, loss: Float)])]
  ) -> String {
    let drawn = lines.filter { line in line.points.contains { $0.loss > 0 } }
    let series = drawn.enumerated().map { index, line in
      LossChart.Series(name: line.name, points: line.points, style: "line\(index % 5)")
    }
    let svg = LossChart(series: series).svg()
    guard !svg.isEmpty else { return "" }
    let legend = series.map { "<span class=\"\($0.style)\">\($0.name.escapedForHTML)</span>" }
    return """
      <h2>\(title)</h2>
      <p>\(note)</p>
      <p class="legend">\(legend.joined(separator: " "))</p>
      \(svg)
      """
  }

  /// A loss over the steps, averaged so that about `count` points remain.
  private func curve(
    points count: Int = 200, _ loss: (StepRecord) -> Float?
  ) -> [(step: Int, loss: Float)] {
    let width = max(1, records.count / count)
    return stride(from: 0, to: records.count, by: width).compactMap { start in
      let window = records[start..<min(start + width, records.count)]
      // Zero has no place on a logarithmic scale.
      let values = window.compactMap { loss($0.losses) }.filter { $0 > 0 }
      guard !values.isEmpty else { return nil }
      let middle = window[start + window.count / 2].losses.step
      return (middle, values.reduce(0, +) / Float(values.count))
    }
  }

  private var settingsTable: String {
    let rows = settings.map { setting in
      "<tr><th>\(setting.name.escapedForHTML)</th><td>\(setting.value.escapedForHTML)</td></tr>"
    }
    return "<h2>Settings</h2>\n<table>\n\(rows.joined(separator: "\n"))\n</table>"
  }

  private var skippedPhotos: String {
    guard !skipped.isEmpty else { return "" }
    let rows = skipped.map { photo in
      "<tr><th>\(photo.name.escapedForHTML)</th><td>\(photo.reason.escapedForHTML)</td></tr>"
    }
    return """
      <h2>Photos that could not be read (\(skipped.count))</h2>
      <table>
      \(rows.joined(separator: "\n"))
      </table>
      """
  }
}
