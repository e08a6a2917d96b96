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
    for layer in layers {
      file.tensors["momentum.\(layer.filter.name)"] = layer.filter.momentum
    }
    if scope != .everything { file.metadata["added"] = rowNames.joined(separator: ",") }
    if let search {
      file.metadata["blend_steps"] = "\(search.steps)"
      file.tensors[search.logits.name] = search.logits.value
    }
    let vectors = layers.flatMap(\.vectors)
    for parameter in [scale, shift] + vectors + (search.map { [$0.logits] } ?? []) {
      file.tensors["first.\(parameter.name)"] = parameter.firstMoments
      file.tensors["second.\(parameter.name)"] = parameter.secondMoments
    }
    file.metadata["completed_steps"] = "\(completedSteps)"
    return file
  }

  /// Takes up the run whose state is at `path`.
  ///
  /// - Parameters:
  ///   - styles: The same as before, in the same order.
  ///   - settings: The same as before, but for the number of steps.
  /// - Throws: ``TrainingError`` where the state is damaged or of other styles.
  public convenience init(
    resuming path: String, styles: [StyleSource], settings: TrainingSettings, lossNetwork: VGG19,
    backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    let file: NamedTensors
    do { file = try Safetensors.read(path) } catch { throw .model(.file(error)) }
    let start: StyleModel
    do { start = try StyleModel(file, path: path) } catch { throw .model(error) }
    guard let steps = file.metadata["completed_steps"].flatMap({ Int($0) }),
      (0...TrainingSettings.maximumSteps).contains(steps)
    else {
      throw .badState(path, reason: "it does not say how many steps were done")
    }
    let added = file.metadata["added"]?.split(separator: ",").map(String.init)
    var scope = added == [StyleBank.photoName] ? Scope.photo : .everything
    if added != nil, scope != .photo {
      guard let blendSteps = file.metadata["blend_steps"].flatMap({ Int($0) }),
        (0...TrainingSettings.maximumSteps).contains(blendSteps)
      else {
        throw .badState(path, reason: "it does not say how blends were looked for")
      }
      scope = .rows(blendSteps: blendSteps)
    }
    let trained = added ?? start.styles.map(\.name) + [StyleBank.photoName]
    guard trained == scope.trainedRows(styles), trained.allSatisfy(start.bank.names.contains) else {
      let styles = added ?? start.styles.map(\.name)
      throw .badState(path, reason: "it was trained on \(styles.joined(separator: ", "))")
    }
    func kept(
      _ name: String, of parameter: String, _ shape: Shape, _ isGood: (Float) -> Bool
    ) throws(TrainingError) -> Tensor {
      guard let tensor = file.tensors[name], tensor.shape == shape,
        tensor.scalarType == .float32, tensor.scalars.allSatisfy(isGood)
      else { throw .badState(path, reason: "the moments of “\(parameter)” are missing or damaged") }
      return tensor
    }
    func moments(
      _ name: String, _ shape: Shape
    ) throws(TrainingError) -> (first: Tensor, second: Tensor) {
      (
        try kept("first.\(name)", of: name, shape, \.isFinite),
        try kept("second.\(name)", of: name, shape) { $0.isFinite && $0 >= 0 }
      )
    }
    let rows: Shape = [scope.trainedRows(styles).count, start.network.architecture.styleLength]
    var all = [
      "bank.gamma": try moments("bank.gamma", rows), "bank.beta": try moments("bank.beta", rows),
    ]
    var (momenta, blendLogits): ([String: Tensor], Tensor?) = ([:], nil)
    if scope == .everything {
      for layer in start.network.architecture.layers {
        let name = layer.filterName
        momenta[name] = try kept("momentum.\(name)", of: name, layer.filterShape, \.isFinite)
        for (name, shape) in [
          (layer.scaleName, layer.scaleShape), (layer.shiftName, layer.shiftShape),
        ] {
          if let name, let shape { all[name] = try moments(name, shape) }
        }
      }
    } else if scope != .photo {
      let name = BlendSearch.parameterName
      let shape: Shape = [styles.count, start.styles.count - styles.count]
      all[name] = try moments(name, shape)
      blendLogits = try kept(name, of: name, shape, \.isFinite)
    }
    try self.init(
      start: start, scope: scope,
      state: TrainingState(
        completedSteps: steps, momenta: momenta, blendLogits: blendLogits, moments: all),
      styles: styles, settings: settings, lossNetwork: lossNetwork, backend: backend,
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
