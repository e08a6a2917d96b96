import ArgumentParser
import Foundation
import ImpastoCompute

/// Results, printed as they come or at the end as JSON.
struct Report {
  /// A measured line of a table.
  protocol Row: Encodable {
    static var header: [String] { get }
    /// The number of columns that are names.
    static var nameColumns: Int { get }
    var columns: [String] { get }
  }

  /// The object that `--json` prints.
  struct Document: Encodable {
    var processor: String
    var arithmetic: Arithmetic
    var threads: Int
    var runs: Int
    var ceilings: [Ceiling] = []
    var kernels: [KernelRow] = []
    var convolutions: [ConvolutionRow] = []
    var stylize: [StylizeRow] = []
    var train: [TrainRow] = []
    var accuracy: [AccuracyRow] = []
    var growth: [GrowthRow] = []
    var neighbours: [NeighbourRow] = []
    var steadiness: [SteadinessRow] = []
    var trails: [TrailRow] = []
    var drift: [DriftRow] = []
    var skipped: [String] = []
    var refused: [String] = []
  }

  private var document: Document
  private let isJSON: Bool

  /// Begins with what the machine is and can do.
  init(on bench: Workbench, isJSON: Bool) {
    let information = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let model = information?.split(separator: "\n").first { $0.hasPrefix("model name") }
    let processor = model?.split(separator: ": ").last.map(String.init) ?? "unknown processor"
    let threads = bench.backend.threads.count
    let arithmetic = Arithmetic.current
    document = Document(
      processor: processor, arithmetic: arithmetic, threads: threads, runs: bench.runs)
    self.isJSON = isJSON
    say("\(processor), \(arithmetic), \(threads) threads; medians of \(bench.runs) runs")
    add(bench.ceilings.rows, to: \.ceilings, title: "Ceilings")
  }

  /// Prints `rows` as a table and keeps them at their place in the document.
  mutating func add<Line: Row>(
    _ rows: [Line], to place: WritableKeyPath<Document, [Line]>, title: String
  ) {
    document[keyPath: place] += rows
    table(rows, title: title)
  }

  /// Notes what cannot be measured here.
  mutating func skip(_ reason: String) {
    document.skipped.append(reason)
    say("\nskipped: \(reason)")
  }

  /// Notes what is not measured because it computes something else than the reference.
  mutating func refuse(_ reason: String) {
    document.refused.append(reason)
    say("\nREFUSED: \(reason)")
  }

  /// Prints what is left to print.
  ///
  /// - Throws: `ExitCode.failure` where something was refused.
  func finish() throws {
    if isJSON {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(document), as: UTF8.self))
    }
    if !document.refused.isEmpty { throw ExitCode.failure }
  }

  private func table<Line: Row>(_ rows: [Line], title: String) {
    say("\n\(title)")
    let lines = [Line.header] + rows.map(\.columns)
    let widths = Line.header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    for line in lines {
      let cells = zip(line, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        // Names to the left, numbers to the right.
        return column < Line.nameColumns ? cell.0 + space : space + cell.0
      }
      say("  " + cells.joined(separator: "  "))
    }
  }

  private func say(_ line: String) {
    if !isJSON {
      print(line)
      fflush(nil)
    }
  }
}

extension Double {
  /// The number with `digits` digits after the point.
  func text(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }

  /// The number to two digits, such as `3.1e-07`.
  var shortText: String { String(format: "%.1e", self) }
}

extension Double? {
  /// The share in percent, or a dash.
  var percent: String { map { (100 * $0).text(0) + "%" } ?? "–" }
}

extension Int? {
  /// Millions of bytes, or a dash.
  var megabytes: String { map { (Double($0) / 1e6).text(0) } ?? "–" }
}

extension Timing {
  static let header = ["median ms", "min ms", "spread"]

  var columns: [String] {
    [(1000 * median).text(2), (1000 * least).text(2), (100 * spread).text(0) + "%"]
  }
}
