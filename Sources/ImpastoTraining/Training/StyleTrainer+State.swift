import Foundation
public import ImpastoCompute
import ImpastoModelFiles
public import ImpastoNetworks
public import ImpastoTensors

/// The state of a run besides its model: momenta, moments and the number of steps.
///
/// Nothing random needs keeping, since every choice is a function of the seed and the step.
struct TrainingState {
  let completedSteps: Int
  /// Of the filters, by their names.
  let momenta: [String: Tensor]
  /// The logits of the blends to begin with, where styles are added.
  let blendLogits: Tensor?
  /// Of all else, by their names.
  let moments: [String: (first: Tensor, second: Tensor)]
}

extension StyleTrainer {
  /// Writes all that is needed to go on; a file at `path` is replaced only by a complete one.
  public func saveState(to path: String) throws(TrainingError) {
    do { try Safetensors.write(state, to: path) } catch { throw .model(.file(error)) }
  }

  /// The bytes of the files with all that is needed to go on, and with the model alone.
  package var savedBytes: (state: Int, model: Int) {
    (state.byteCount, model.namedTensors.byteCount)
  }

  private var state: NamedTensors {
    var file = model.namedTensors
    file.putMoments(of: layers)
    if scope != .everything { file.metadata["added"] = rowNames.joined(separator: ",") }
    if let search {
      file.metadata["blend_steps"] = "\(search.steps)"
      file.tensors[search.logits.name] = search.logits.value
    }
    for parameter in [scale, shift] + (search.map { [$0.logits] } ?? []) {
      file.putMoments(of: parameter)
    }
    file.metadata["completed_steps"] = "\(completedSteps)"
    return file
  }

  /// Takes up the run whose state is at `path`.
  ///
  /// - Parameters:
  ///   - styles: The same as before, in the same order.
  ///   - settings: The same as before, but for the number of steps.
  ///   - teacher: The same as before, where there was one.
  /// - Throws: ``TrainingError`` where the state is damaged or of other styles.
  public convenience init(
    resuming path: String, styles: [StyleSource], settings: TrainingSettings, lossNetwork: VGG19,
    teacher: StyleModel? = nil, backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    let saved = try SavedRun(contentsOf: path)
    let scope = try saved.scope()
    try saved.check(styles, scope)
    try self.init(
      start: saved.start, scope: scope, state: try saved.state(of: scope, styles), styles: styles,
      settings: settings, lossNetwork: lossNetwork, teacher: teacher, backend: backend,
      scalarType: scalarType)
  }
}

extension TrainingSettings {
  /// The settings by name, as checkpoints keep them, and how far the run has got.
  func asText(completedSteps: Int) -> [String: String] {
    let stages =
      schedule.count > 1
      ? ["schedule": schedule.map(\.description).joined(separator: ",")]
      : ["batch_size": "\(schedule[0].batchSize)", "image_size": "\(schedule[0].imageSize)"]
    let shift = shiftWeight > 0 ? ["shift_weight": "\(shiftWeight)"] : [:]
    return [
      "completed_steps": "\(completedSteps)", "steps": "\(steps)",
      "style_size": "\(styleSize)", "content_weight": "\(contentWeight)",
      "style_weight": "\(styleWeight)", "tv_weight": "\(totalVariationWeight)",
      "learning_rate": "\(learningRate)", "seed": "\(seed)",
    ].merging(stages) { $1 }.merging(shift) { $1 }
  }
}
