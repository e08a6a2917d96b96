import Foundation

/// A line chart of losses over steps with a logarithmic scale, drawn as SVG.
struct LossChart {
  /// One line of the chart.
  struct Series {
    var name: String
    /// Steps and losses; losses that are not above zero are left out.
    var points: [(step: Int, loss: Float)]
    /// The class that gives the line its colour.
    var style: String
  }

  var series: [Series]
  var width = 860.0
  var height = 320.0

  private static let margin = (left: 52.0, right: 12.0, top: 10.0, bottom: 26.0)

  /// The `<svg>` element, or nothing where no series has two points.
  func svg() -> String {
    let lines = series.map { line in
      Series(name: line.name, points: line.points.filter { $0.loss > 0 }, style: line.style)
    }.filter { $0.points.count > 1 }
    guard let scale = Scale(lines, plot: plot) else { return "" }
    let drawn = lines.map { line in
      let points = line.points.map { "\(number(scale.x($0.step))),\(number(scale.y($0.loss)))" }
      return """
        <polyline class="\(line.style)" points="\(points.joined(separator: " "))">\
        <title>\(line.name.escapedForHTML)</title></polyline>
        """
    }
    return """
      <svg viewBox="0 0 \(number(width)) \(number(height))" role="img">
      \((grid(scale) + drawn).joined(separator: "\n"))
      </svg>
      """
  }

  private var plot: Plot {
    let margin = Self.margin
    return Plot(
      left: margin.left, right: width - margin.right, top: margin.top,
      bottom: height - margin.bottom)
  }

  private func grid(_ scale: Scale) -> [String] {
    let horizontal = scale.lossTicks.map { loss in
      let y = number(scale.y(loss))
      return """
        <line class="grid" x1="\(number(plot.left))" x2="\(number(plot.right))" y1="\(y)" y2="\(y)"/>\
        <text class="loss" x="\(number(plot.left - 6))" y="\(y)" dy="0.35em">\(label(loss))</text>
        """
    }
    let vertical = scale.stepTicks(count: width > 500 ? 8 : 3).map { step in
      """
      <text class="step" x="\(number(scale.x(step)))" y="\(number(height - 8))">\(step)</text>
      """
    }
    return horizontal + vertical
  }

  private func number(_ value: Double) -> String { String(format: "%.1f", value) }
  private func label(_ loss: Float) -> String { String(format: "%g", loss) }
}

/// The rectangle inside the axes.
private struct Plot {
  let left, right, top, bottom: Double
}

/// The conversion of steps and losses to places in a plot.
private struct Scale {
  private let plot: Plot
  private let steps: ClosedRange<Int>
  private let exponents: ClosedRange<Double>

  init?(_ series: [LossChart.Series], plot: Plot) {
    let points = series.flatMap(\.points)
    let losses = points.map { log10(Double($0.loss)) }
    guard let firstStep = points.map(\.step).min(), let lastStep = points.map(\.step).max(),
      let low = losses.min(), let high = losses.max(), firstStep < lastStep
    else { return nil }
    self.plot = plot
    steps = firstStep...lastStep
    let middle = (low + high) / 2
    exponents = min(low, middle - 0.15)...max(high, middle + 0.15)
  }

  func x(_ step: Int) -> Double {
    let fraction = Double(step - steps.lowerBound) / Double(steps.upperBound - steps.lowerBound)
    return plot.left + fraction * (plot.right - plot.left)
  }

  func y(_ loss: Float) -> Double {
    let span = exponents.upperBound - exponents.lowerBound
    let fraction = (log10(Double(loss)) - exponents.lowerBound) / span
    return plot.bottom - fraction * (plot.bottom - plot.top)
  }

  /// Powers of ten, with 2 and 5 times these where few of them fit.
  var lossTicks: [Float] {
    let isWide = exponents.upperBound - exponents.lowerBound > 3
    let decades = Int(exponents.lowerBound.rounded(.down))...Int(exponents.upperBound.rounded(.up))
    return decades.flatMap { decade in
      (isWide ? [1] : [1, 2, 5]).map { Float($0 * pow(10, Double(decade))) }
    }.filter { exponents.contains(log10(Double($0))) }
  }

  /// About `count` round numbers of steps.
  func stepTicks(count: Int) -> [Int] {
    let raw = Double(steps.upperBound - steps.lowerBound) / Double(count)
    let decade = pow(10, log10(max(raw, 1)).rounded(.down))
    let spacing = Int([1, 2, 5, 10].map { $0 * decade }.first { $0 >= raw } ?? 10 * decade)
    let first = (steps.lowerBound + spacing - 1) / spacing * spacing
    return Array(stride(from: first, through: steps.upperBound, by: spacing))
  }
}
