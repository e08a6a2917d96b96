import ImpastoCompute
import ImpastoImaging
import ImpastoStylizing
import ImpastoTensors

/// The stylisation of one picture, from its pixels to the result's.
struct StylizeRow: Report.Row {
  let size: Int
  let precision: String
  /// Against the picture in f32, in dB; nil for that picture itself.
  let psnr: Double?
  let timing: Timing
  let gflop, gflopPerSecond: Double
  let peakBytes: Int?

  static let header =
    ["size", "type", "PSNR dB"] + Timing.header + ["GFLOP", "GFLOP/s", "peak MB"]
  static let nameColumns = 2

  var columns: [String] {
    ["\(size)×\(size)", precision, psnr?.text(1) ?? "reference"] + timing.columns
      + [gflop.text(1), gflopPerSecond.text(0), peakBytes.megabytes]
  }
}

extension Workbench {
  /// Measures stylising at each size.
  func measureStylizing(_ report: inout Report) throws {
    let recorder = ShapeRecorder(threads: backend.threads)
    for size in sizes {
      let picture = picture(size: size)
      _ = try stylizer(on: recorder, .float32).stylize(picture, with: mixture)
      let operations = Double(recorder.take().operationCount)

      let reference = try stylizer(on: backend, .float32).stylize(picture, with: mixture)
      var sound: [(type: ScalarType, psnr: Double?, peakBytes: Int?)] = []
      for type in precisions {
        let (result, peakBytes) = try PeakMemory.during {
          try stylizer(on: backend, type).stylize(picture, with: mixture)
        }
        let psnr = result.difference(from: reference).psnr
        if psnr >= 40 {
          sound.append((type, type == .float32 ? nil : psnr, peakBytes))
        } else {
          report.refuse(
            "\(size)×\(size) in \(type.rawValue) has a PSNR of \(psnr.text(1)) dB, under 40")
        }
      }
      let timings = try Timing.interleaved(
        sound.map { trial in
          let stylizer = stylizer(on: backend, trial.type)
          return { _ = try stylizer.stylize(picture, with: mixture) }
        }, runs: runs)
      let rows = zip(sound, timings).map { trial, timing in
        StylizeRow(
          size: size, precision: trial.type.rawValue, psnr: trial.psnr, timing: timing,
          gflop: operations / 1e9, gflopPerSecond: operations / timing.median / 1e9,
          peakBytes: trial.peakBytes)
      }
      report.add(rows, to: \.stylize, title: "Stylize \(size)×\(size)")
    }
  }
}
