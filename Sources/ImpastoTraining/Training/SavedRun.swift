import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors

/// The file with the state of a run, of which each part is checked when it is asked for.
struct SavedRun {
  private let path: String
  private let file: NamedTensors
  /// The model as it was saved.
  let start: StyleModel
  private let completedSteps: Int
  /// The rows that were added, where the network was not trained.
  private let added: [String]?

  /// Reads the file at `path`.
  init(contentsOf path: String) throws(TrainingError) {
    self.path = path
    do { file = try Safetensors.read(path) } catch { throw .model(.file(error)) }
    do { start = try StyleModel(file, path: path) } catch { throw .model(error) }
    guard let steps = Self.number("completed_steps", of: file) else {
      throw .badState(path, reason: "it does not say how many steps were done")
    }
    completedSteps = steps
    added = file.metadata["added"]?.split(separator: ",").map(String.init)
  }

  /// A number of steps in the metadata; nil where there is none that a run can have.
  private static func number(_ name: String, of file: NamedTensors) -> Int? {
    file.metadata[name].flatMap { Int($0) }
      .flatMap { (0...TrainingSettings.maximumSteps).contains($0) ? $0 : nil }
  }

  /// The parameters that the run changes.
  func scope() throws(TrainingError) -> StyleTrainer.Scope {
    guard let added else { return .everything }
    if added == [StyleBank.photoName] { return .photo }
    guard let blendSteps = Self.number("blend_steps", of: file) else {
      throw .badState(path, reason: "it does not say how blends were looked for")
    }
    return .rows(blendSteps: blendSteps)
  }

  /// Refuses to go on with other styles than those that the run was begun with.
  func check(_ styles: [StyleSource], _ scope: StyleTrainer.Scope) throws(TrainingError) {
    let trained = added ?? start.styles.map(\.name) + [StyleBank.photoName]
    guard trained == scope.trainedRows(styles), trained.allSatisfy(start.bank.names.contains) else {
      let styles = added ?? start.styles.map(\.name)
      throw .badState(path, reason: "it was trained on \(styles.joined(separator: ", "))")
    }
  }

  /// All that the trainer needs besides the model.
  func state(
    of scope: StyleTrainer.Scope, _ styles: [StyleSource]
  ) throws(TrainingError) -> TrainingState {
    let architecture = start.network.architecture
    let rows: Shape = [scope.trainedRows(styles).count, architecture.styleLength]
    let saved = SavedMoments(file: file, path: path)
    var all = [
      "bank.gamma": try saved.moments("bank.gamma", rows),
      "bank.beta": try saved.moments("bank.beta", rows),
    ]
    var (momenta, blendLogits): ([String: Tensor], Tensor?) = ([:], nil)
    switch scope {
    case .everything:
      let layers = try saved.ofLayers(architecture)
      momenta = layers.momenta
      all.merge(layers.moments) { $1 }
    case .rows:
      let name = BlendSearch.parameterName
      let shape: Shape = [styles.count, start.styles.count - styles.count]
      all[name] = try saved.moments(name, shape)
      blendLogits = try saved.tensor(name, of: name, shape, \.isFinite)
    case .photo:
      break
    }
    return TrainingState(
      completedSteps: completedSteps, momenta: momenta, blendLogits: blendLogits, moments: all)
  }

}
