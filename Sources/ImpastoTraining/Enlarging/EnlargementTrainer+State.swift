public import ImpastoCompute
import ImpastoModelFiles
public import ImpastoNetworks
public import ImpastoTensors

extension EnlargementTrainer {
  /// Writes all that is needed to go on; a file at `path` is replaced only by a complete one.
  public func saveState(to path: String) throws(TrainingError) {
    var file = model.namedTensors
    file.putMoments(of: layers)
    file.metadata["completed_steps"] = "\(completedSteps)"
    do { try Safetensors.write(file, to: path) } catch { throw .model(.file(error)) }
  }

  /// Takes up the run whose state is at `path`.
  ///
  /// - Parameter settings: The same as before, but for the number of steps that are not done yet.
  /// - Throws: ``TrainingError`` where the state is damaged.
  public convenience init(
    resuming path: String, settings: EnlargementSettings, lossNetwork: VGG19?,
    backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    let (file, model): (NamedTensors, EnlargementModel)
    do { file = try Safetensors.read(path) } catch { throw .model(.file(error)) }
    do { model = try EnlargementModel(file, path: path) } catch { throw .model(error) }
    guard let steps = file.metadata["completed_steps"].flatMap({ Int($0) }),
      (0...TrainingSettings.maximumSteps).contains(steps)
    else { throw .badState(path, reason: "it does not say how many steps were done") }
    let fits = model.looks == nil ? steps <= settings.steps : steps > settings.steps
    guard fits, steps <= settings.allSteps else {
      let part = model.looks == nil ? "fidelity" : "looks"
      throw .badState(path, reason: "it has done \(steps) steps, the last of them for \(part)")
    }
    let moments = try SavedMoments(file: file, path: path)
      .ofLayers(model.fidelity.architecture)
    let state = TrainingState(
      completedSteps: steps, momenta: moments.momenta, blendLogits: nil, moments: moments.moments)
    try self.init(
      start: model.looks ?? model.fidelity, fidelity: model.looks.map { _ in model.fidelity },
      state: state,
      settings: settings, lossNetwork: lossNetwork, backend: backend, scalarType: scalarType)
  }
}
