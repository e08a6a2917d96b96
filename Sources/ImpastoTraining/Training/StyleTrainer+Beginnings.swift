public import ImpastoCompute
public import ImpastoNetworks
public import ImpastoTensors

/// The ways in which a run begins.
extension StyleTrainer {
  /// The parameters that a run changes.
  enum Scope: Equatable {
    /// The convolutions and every row of the bank, `photo` included.
    case everything
    /// The rows of the styles that are added, after a search for blends to begin with.
    case rows(blendSteps: Int)
    /// The row `photo` alone, of a network that came without.
    case photo

    /// The names of the rows that are trained.
    func trainedRows(_ styles: [StyleSource]) -> [String] {
      switch self {
      case .everything: styles.map(\.description.name) + [StyleBank.photoName]
      case .rows: styles.map(\.description.name)
      case .photo: [StyleBank.photoName]
      }
    }
  }

  /// The default number of first steps that search for a blend.
  public static let defaultBlendSteps = 40

  /// Prepares a run from random weights.
  ///
  /// - Parameters:
  ///   - architecture: The layers of the network.
  ///   - teacher: A network whose pictures are learned in place of the paintings' styles.
  /// - Throws: ``TrainingError`` where the settings or styles cannot be trained with.
  public convenience init(
    styles: [StyleSource], settings: TrainingSettings,
    architecture: TransformArchitecture = .steady, lossNetwork: VGG19, teacher: StyleModel? = nil,
    backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    let names = styles.map(\.description.name) + [StyleBank.photoName]
    let start = StyleModel(
      network: TransformNetwork(architecture: architecture, seed: settings.seed),
      bank: StyleBank(names: names, architecture: architecture),
      styles: styles.map(\.description))
    try self.init(
      start: start, scope: .everything, state: nil, styles: styles, settings: settings,
      lossNetwork: lossNetwork, teacher: teacher, backend: backend, scalarType: scalarType)
  }

  /// Prepares a run of the whole network that begins with the weights of `model`.
  ///
  /// A style of a name that `model` knows begins with its row, another with the mean of all rows.
  ///
  /// - Parameters:
  ///   - teacher: A network whose pictures are learned in place of the paintings' styles.
  /// - Throws: ``TrainingError`` where the settings or styles cannot be trained with.
  public convenience init(
    from model: StyleModel, styles: [StyleSource], settings: TrainingSettings, lossNetwork: VGG19,
    teacher: StyleModel? = nil, backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    let names = styles.map(\.description.name)
    let photo = StyleBank(
      names: [StyleBank.photoName], architecture: model.network.architecture)
    let start = StyleModel(
      network: model.network,
      bank: model.bank.mean(named: names).merging(photo).merging(model.bank)
        .selecting(names + photo.names),
      styles: styles.map(\.description), trainingSettings: ["from": model.fingerprint])
    try self.init(
      start: start, scope: .everything, state: nil, styles: styles, settings: settings,
      lossNetwork: lossNetwork, teacher: teacher, backend: backend, scalarType: scalarType)
  }

  /// Prepares a run that adds styles to `model` and changes nothing else.
  ///
  /// Only the new rows are trained; the convolutions are constants, of which no gradient is
  /// computed, and all other rows keep every bit. The first steps look for the blends of known
  /// styles that come nearest; from these the new rows are then trained freely.
  ///
  /// - Parameters:
  ///   - blendSteps: How many of the steps look for blends; without any, the new rows begin with
  ///     the mean of the others.
  /// - Throws: ``TrainingError`` where the settings or styles cannot be trained with.
  public convenience init(
    adding styles: [StyleSource], to model: StyleModel,
    settings: TrainingSettings = .forRows, blendSteps: Int = StyleTrainer.defaultBlendSteps,
    lossNetwork: VGG19, backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    let mean = model.bank.mean(named: ["mean"])
    let (scale, shift) = (mean.scale.scalars, mean.shift.scalars)
    var start = model
    for style in styles {
      let style = Style(description: style.description, scale: scale, shift: shift)
      do { start = try start.adding(style) } catch { throw .model(error) }
    }
    try self.init(
      start: start, scope: .rows(blendSteps: blendSteps), state: nil, styles: styles,
      settings: settings,
      lossNetwork: lossNetwork, backend: backend, scalarType: scalarType)
  }

  /// Prepares a run that trains the row `photo` of `model`, which has none, and changes nothing
  /// else.
  ///
  /// The row begins with the mean of the styles, and in a last layer where it is relative to the
  /// photo with what gives the photo's own statistics back.
  ///
  /// - Throws: ``TrainingError`` where the settings cannot be trained with.
  public convenience init(
    addingPhotoRowTo model: StyleModel, settings: TrainingSettings, lossNetwork: VGG19,
    backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    let mean = model.bank.mean(named: ["mean"])
    var (scale, shift) = (mean.scale.scalars, mean.shift.scalars)
    if model.network.architecture.givesLogits {
      scale.replaceSubrange(scale.count - 3..<scale.count, with: [1, 1, 1])
      shift.replaceSubrange(shift.count - 3..<shift.count, with: [0, 0, 0])
    }
    try self.init(
      start: model.settingPhotoRow(scale: scale, shift: shift), scope: .photo, state: nil,
      styles: [], settings: settings, lossNetwork: lossNetwork, backend: backend,
      scalarType: scalarType)
  }
}
