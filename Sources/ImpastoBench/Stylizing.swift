import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
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
  /// nil where no ceiling of this type is known.
  let roofline: Roofline?

  static let header =
    ["size", "type", "PSNR dB"] + Timing.header
    + ["GFLOP", "GFLOP/s", "peak MB", "roofline ms", "overlapped", "× roofline"]
  static let nameColumns = 2

  var columns: [String] {
    ["\(size)×\(size)", precision, psnr?.text(1) ?? "reference"] + timing.columns
      + [gflop.text(1), gflopPerSecond.text(0), peakBytes.megabytes]
      + (roofline.map {
        [
          (1000 * $0.layerByLayer).text(2), (1000 * $0.overlapped).text(2),
          (timing.median / $0.layerByLayer).text(2),
        ]
      } ?? ["–", "–", "–"])
  }
}

extension Workbench {
  /// Measures stylising at each size.
  func measureStylizing(_ report: inout Report) throws {
    let mixture = try subject.mixture()
    guard try isReferenceSound(&report) else { return }
    for size in usualSizes {
      let picture = subject.picture(size: size)
      let layers = subject.model.network.architecture.work(width: size, height: size)
      let operations = Double(layers.reduce(0) { $0 + $1.operationCount })

      let reference = try subject.stylizer(on: backend, .float32).stylize(picture, with: mixture)
      var sound: [(type: ScalarType, psnr: Double?)] = []
      for type in precisions {
        let psnr = try subject.stylizer(on: backend, type).stylize(picture, with: mixture)
          .difference(from: reference).psnr
        if psnr >= 36 {
          sound.append((type, type == .float32 ? nil : psnr))
        } else {
          report.refuse(
            "\(size)×\(size) in \(type.rawValue) has a PSNR of \(psnr.text(1)) dB, under 36")
        }
      }
      let timings = try Timing.interleaved(
        sound.map { trial in
          let stylizer = subject.stylizer(on: backend, trial.type)
          return { _ = try stylizer.stylize(picture, with: mixture) }
        }, runs: runs)
      let rows = try zip(sound, timings).map { trial, timing in
        let alone = SoloTrial(
          size: size, threads: backend.threads.count, precision: Bench.Precision(trial.type))
        return StylizeRow(
          size: size, precision: trial.type.rawValue, psnr: trial.psnr, timing: timing,
          gflop: operations / 1e9, gflopPerSecond: operations / timing.median / 1e9,
          peakBytes: try alone.measured().peakBytes,
          roofline: ceilings.arithmetic[trial.type].map {
            Roofline(
              layers, trial.type, operationRate: $0.allThreads,
              byteRate: ceilings.copying.allThreads)
          })
      }
      report.add(rows, to: \.stylize, title: "Stylize \(size)×\(size)")
    }
  }

  /// Returns whether pictures in f32, the reference of those in other types, are what the portable
  /// backend gives; otherwise the report says so.
  ///
  /// That one is slow, and so asked at the smallest size only.
  private func isReferenceSound(_ report: inout Report) throws -> Bool {
    guard let size = usualSizes.min() else { return true }
    let (picture, mixture) = (subject.picture(size: size), try subject.mixture())
    let backends: [any ComputeBackend] = [backend, OpenBLASBackend(threads: backend.threads)]
    let pictures = try backends.map {
      try subject.stylizer(on: $0, .float32).stylize(picture, with: mixture)
    }
    let difference = pictures[0].difference(from: pictures[1]).largest
    guard difference > 1 else { return true }
    report.refuse(
      "\(size)×\(size) in f32 differs by \(difference) of 255 from \(backends[1].name)")
    return false
  }
}
