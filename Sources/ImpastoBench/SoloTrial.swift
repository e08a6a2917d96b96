import Foundation
import ImpastoCompute
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// One stylisation or training step, measured in a process of its own.
///
/// A fresh process holds what this one needs and nothing else, as it does for a user.
struct SoloTrial: Codable, Equatable {
  /// The height and width of the picture, or of the photos of a training step.
  var size = 256
  /// The rows of the bank.
  var styles = 1
  /// The styles in the mixture.
  var blend = 1
  /// The photos of a training step; nil for a stylisation.
  var batch: Int?
  var threads: Int
  var precision: Bench.Precision

  /// The measurements that the process reports.
  struct Outcome: Codable {
    let seconds: Double
    let peakBytes: Int?
  }

  /// The pixels that the network paints.
  var pixelCount: Int { size * size * (batch ?? 1) }

  /// About the memory that a stylisation takes.
  var neededBytes: Int {
    Stylizer.memory(
      for: .published, width: size, height: size, precision.scalarType, threads: threads)
  }

  /// Takes the measurement in this process: once, after a run that wakes the threads and packs the
  /// weights.
  func run() throws -> Outcome {
    let subject = Subject(styles: styles)
    let backend = OneDNNBackend(threads: ThreadBudget(count: threads))
    let seconds: Double
    if let batch {
      let settings = TrainingSettings(batchSize: batch, imageSize: size)
      let trainer = try subject.trainer(VGG19(), on: backend, precision.scalarType, settings)
      let photos = subject.batch(settings)
      _ = try trainer.step(photos)
      seconds = try Timing.seconds { _ = try trainer.step(photos) }
    } else {
      let stylizer = subject.stylizer(on: backend, precision.scalarType)
      let mixture = try subject.mixture(of: blend)
      let picture = subject.picture(size: size)
      // What a first run costs is a trifle beside a large picture.
      _ = try stylizer.stylize(subject.picture(size: min(size, 1024)), with: mixture)
      seconds = try Timing.seconds { _ = try stylizer.stylize(picture, with: mixture) }
    }
    return Outcome(seconds: seconds, peakBytes: Memory().peak)
  }
}

extension SoloTrial {
  /// Starts this program anew for the trial, and reads what it reports.
  func measured() throws -> Outcome {
    let process = Process()
    let output = Pipe()
    process.executableURL = StartedProgram.path.map { URL(filePath: $0) }
    process.arguments = [
      "--solo-trial", String(decoding: try JSONEncoder().encode(self), as: UTF8.self),
    ]
    process.standardOutput = output
    try process.run()
    let report = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw BenchError.trialFailed(self, status: process.terminationStatus)
    }
    return try JSONDecoder().decode(Outcome.self, from: report)
  }
}
