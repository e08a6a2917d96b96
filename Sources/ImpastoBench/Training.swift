import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining

/// One training step in one precision.
struct TrainRow: Report.Row {
  let batchSize, imageSize: Int
  let precision: String
  /// The first step's loss.
  let loss: Float
  let timing: Timing
  let imagesPerSecond, gflop, gflopPerSecond: Double
  let peakBytes: Int?

  static let header =
    ["batch", "type", "loss"] + Timing.header + ["images/s", "GFLOP", "GFLOP/s", "peak MB"]
  static let nameColumns = 2

  var columns: [String] {
    ["\(batchSize) of \(imageSize)×\(imageSize)", precision, Double(loss).text(3)]
      + timing.columns
      + [imagesPerSecond.text(2), gflop.text(0), gflopPerSecond.text(0), peakBytes.megabytes]
  }
}

extension Workbench {
  static let trainingSettings = TrainingSettings(batchSize: 4, imageSize: 256)

  /// The loss network, unless it is not installed.
  func lossNetwork(_ report: inout Report) throws -> VGG19? {
    do {
      return try VGG19()
    } catch LossNetworkError.notInstalled(let path) {
      report.skip("training: \(LossNetworkError.notInstalled(path))")
      return nil
    }
  }

  /// Measures a training step.
  func measureTraining(_ report: inout Report) throws {
    guard let lossNetwork = try lossNetwork(&report) else { return }
    let settings = Self.trainingSettings
    let stage = settings.schedule[0]
    let batch = subject.batch(settings)
    let recorder = ShapeRecorder(threads: backend.threads)
    let recorded = try subject.trainer(lossNetwork, on: recorder, .float32, settings)
    _ = recorder.take()  // What preparing the style asked for.
    _ = try recorded.step(batch)
    let operations = Double(recorder.take().operationCount)

    let reference = try subject.trainer(lossNetwork, on: backend, .float32, settings).step(batch)
      .total
    var sound: [(type: ScalarType, trainer: StyleTrainer, loss: Float)] = []
    for type in precisions {
      let trainer = try subject.trainer(lossNetwork, on: backend, type, settings)
      let loss = try trainer.step(batch).total
      if abs(loss - reference) <= 0.02 * reference {
        sound.append((type, trainer, loss))
      } else {
        report.refuse("the loss in \(type.rawValue) is \(loss) instead of \(reference)")
      }
    }
    let timings = try Timing.interleaved(
      sound.map { trial in { _ = try trial.trainer.step(batch) } }, runs: runs)
    let images = Double(batch.photos.count)
    let rows = try zip(sound, timings).map { trial, timing in
      let alone = SoloTrial(
        size: stage.imageSize, batch: stage.batchSize, threads: backend.threads.count,
        precision: Bench.Precision(trial.type))
      return TrainRow(
        batchSize: batch.photos.count, imageSize: stage.imageSize,
        precision: trial.type.rawValue, loss: trial.loss, timing: timing,
        imagesPerSecond: images / timing.median, gflop: operations / 1e9,
        gflopPerSecond: operations / timing.median / 1e9, peakBytes: try alone.measured().peakBytes)
    }
    report.add(rows, to: \.train, title: "One training step")
  }
}
