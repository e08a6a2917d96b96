import ImpastoCompute
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors

/// One point of a curve.
struct GrowthRow: Report.Row {
  /// The quantity that grows.
  let series: GrowthSeries
  let value: Int
  let size: Int
  let precision: String
  let threads: Int
  let timing: Timing
  let nanosecondsPerPixel: Double
  let peakBytes: Int?

  static let header =
    ["grows", "to", "size", "type", "threads"] + Timing.header + ["ns/pixel", "peak MB"]
  static let nameColumns = 1

  var columns: [String] {
    [series.rawValue, "\(value)", "\(size)×\(size)", precision, "\(threads)"] + timing.columns
      + [nanosecondsPerPixel.text(1), peakBytes.megabytes]
  }
}

/// A quantity that grows.
enum GrowthSeries: String, Encodable, CaseIterable {
  /// The pixels of a picture.
  case pixels
  /// The styles that a model knows.
  case styles
  /// The styles in a mixture.
  case blend
  case threads
  /// The photos of a training step.
  case batch

  /// The points to measure, each with what has grown so far.
  ///
  /// - Parameter sizes: Heights and widths to measure instead of the usual ones, to 100 megapixels.
  func trials(
    sizes: [Int]?, threads: Int, precision: Bench.Precision
  ) -> [(value: Int, trial: SoloTrial)] {
    let plain = SoloTrial(threads: threads, precision: precision)
    func trials(_ values: [Int], _ grow: (inout SoloTrial, Int) -> Void) -> [(Int, SoloTrial)] {
      values.map { value in
        var trial = plain
        grow(&trial, value)
        return (value, trial)
      }
    }
    switch self {
    case .pixels:
      return (sizes ?? [256, 512, 1024, 2048, 4096, 8192, 10_000]).map { size in
        var trial = plain
        trial.size = size
        return (size * size, trial)
      }
    case .styles:
      return trials([1, 4, 16, 64, 256, 1000]) { $0.styles = $1 }
    case .blend:
      return trials([1, 2, 4, 8, 16]) {
        $0.styles = 16
        $0.blend = $1
      }
    case .threads:
      return trials(Array(1...threads)) {
        $0.size = 512
        $0.threads = $1
      }
    case .batch:
      return trials([1, 2, 4, 8]) { $0.batch = $1 }
    }
  }
}

extension Workbench {
  /// Measures how time and memory grow.
  func measureGrowth(_ report: inout Report) throws {
    let precision: Bench.Precision = precisions.contains(.bfloat16) ? .bf16 : .f32
    for series in GrowthSeries.allCases {
      if series == .batch, try lossNetwork(&report) == nil { continue }
      let trials = series.trials(
        sizes: sizes, threads: backend.threads.count, precision: precision
      ).filter { series != .pixels || fits($0.trial, &report) }
      let outcomes = try interleaved(trials.map(\.trial))
      let rows = zip(trials, outcomes).map { point, outcomes in
        let timing = Timing(outcomes.map(\.seconds))
        return GrowthRow(
          series: series, value: point.value, size: point.trial.size,
          precision: precision.rawValue, threads: point.trial.threads, timing: timing,
          nanosecondsPerPixel: timing.median / Double(point.trial.pixelCount) * 1e9,
          peakBytes: outcomes.compactMap(\.peakBytes).max())
      }
      report.add(rows, to: \.growth, title: "Growth: \(series.rawValue)")
    }
  }

  /// Returns whether there is memory for it; otherwise the report says so.
  private func fits(_ trial: SoloTrial, _ report: inout Report) -> Bool {
    guard let available = Memory().available, trial.neededBytes > available else { return true }
    report.skip(
      """
      \(trial.size)×\(trial.size): takes about \(trial.neededBytes / 1_000_000) MB of memory and \
      \(available / 1_000_000) MB are free
      """)
    return false
  }

  /// Measures each trial several times, taking turns; large pictures less often, in all at most 40
  /// megapixels or one picture.
  private func interleaved(_ trials: [SoloTrial]) throws -> [[SoloTrial.Outcome]] {
    var outcomes = trials.map { _ in [SoloTrial.Outcome]() }
    for run in 0..<runs {
      for (index, trial) in trials.enumerated()
      where run < max(1, 40_000_000 / trial.pixelCount) {
        outcomes[index].append(try trial.measured())
      }
    }
    return outcomes
  }
}
