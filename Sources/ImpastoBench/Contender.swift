import ArgumentParser
import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoTensors
import ImpastoTraining

/// Impasto as one of the programs that `Scripts/bench-peers` lets take turns.
///
/// It prepares its task, says `ready`, and then answers each line of standard input with one line:
///
/// | request | what it does | answer |
/// |---|---|---|
/// | `run` | the task, once | milliseconds |
/// | `save FILE` | writes the last picture | `saved` |
/// | `loss` | - | the loss of the last step |
struct Contender: Decodable {
  enum Task: String, Decodable {
    case stylize, train
  }

  let task: Task
  let precision: Bench.Precision
  let threads: Int
  /// The checkpoint.
  let model: String
  /// The style to paint in, or to learn.
  let style: String
  /// The photo to stylise, or those of each step.
  let photos: [String]
  /// The painting to learn.
  let painting: String?

  /// Reads what to do from JSON.
  static func parsed(_ text: String) throws -> Contender {
    try JSONDecoder().decode(Contender.self, from: Data(text.utf8))
  }

  /// Prepares the task and answers requests until standard input ends.
  func serve() throws {
    switch task {
    case .stylize: try stylize()
    case .train: try train()
    }
  }

  private var backend: OneDNNBackend { OneDNNBackend(threads: ThreadBudget(count: threads)) }

  private func stylize() throws {
    let stylizer = Stylizer(
      model: try StyleModel(contentsOf: model), backend: backend, scalarType: precision.scalarType)
    let photo = try Image(contentsOf: photos[0])
    // Others paint it once, at its own size.
    let side = min(photo.width, photo.height)
    let strokeSize = min(1, Double(stylizer.model.referenceSize ?? side) / Double(side))
    var picture = photo
    try answer { words in
      switch words[0] {
      case "run":
        return try milliseconds {
          picture = try stylizer.stylize(
            photo, with: StyleMixture(style), strokeSize: strokeSize)
        }
      case "save" where words.count == 2:
        try picture.write(to: words[1])
        return "saved"
      default: return nil
      }
    }
  }

  /// Steps of one and the same batch, from the checkpoint's weights on.
  private func train() throws {
    let photos = try photos.map { try Image(contentsOf: $0) }
    let source = StyleSource(
      description: StyleDescription(name: style),
      painting: try Image(contentsOf: painting ?? ""))
    let trainer = try StyleTrainer(
      from: try StyleModel(contentsOf: model), styles: [source],
      settings: TrainingSettings(batchSize: photos.count, imageSize: photos[0].width),
      lossNetwork: try VGG19(), backend: backend, scalarType: precision.scalarType)
    let batch = TrainingBatch(step: 0, photos: photos, names: self.photos)
    var loss: Float = 0
    try answer { words in
      switch words[0] {
      case "run": return try milliseconds { loss = try trainer.step(batch).total }
      case "loss": return "\(loss)"
      default: return nil
      }
    }
  }

  private func milliseconds(_ body: () throws -> Void) throws -> String {
    "\(try ContinuousClock().measure(body) / .milliseconds(1))"
  }

  /// Says what `request` makes of the words of each line; nil where they mean nothing to it.
  private func answer(_ request: ([String]) throws -> String?) throws {
    try say("ready")
    while let line = readLine() {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard !words.isEmpty, let text = try request(words) else {
        throw ValidationError("“\(line)” asks for nothing that \(task) knows")
      }
      try say(text)
    }
  }

  private func say(_ line: String) throws {
    try FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
  }
}
