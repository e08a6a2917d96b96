public import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTensors

/// Trains a network that enlarges photos: for fidelity, and from there for looks.
///
/// Squares of photos are made small, with faults that photos have, and the network learns to make of
/// them what they were. A step is a function of the state before it, the settings and its batch, so
/// that a resumed run continues exactly as without the interruption.
public final class EnlargementTrainer {
  /// The root mean square of a filter's changes by the step length of Adam.
  static let filterRate: Float = 0.1

  /// The settings of the run.
  public let settings: EnlargementSettings
  /// The steps done so far.
  public private(set) var completedSteps: Int
  /// The parameters in training.
  private(set) var layers: [TrainedLayer]
  /// The network as it was when the steps for fidelity were done; nil before.
  private(set) var fidelity: TransformNetwork?
  private let architecture: TransformArchitecture
  private let lossNetwork: VGG19?
  private let backend: any ComputeBackend
  private let scalarType: ScalarType

  /// Prepares a run with random weights.
  ///
  /// - Parameter lossNetwork: The network for looks; may be nil where no step trains for them.
  public convenience init(
    settings: EnlargementSettings, lossNetwork: VGG19?, backend: any ComputeBackend,
    scalarType: ScalarType
  ) throws(TrainingError) {
    try self.init(
      start: Self.beginning(seed: settings.seed), fidelity: nil, state: nil, settings: settings,
      lossNetwork: lossNetwork, backend: backend, scalarType: scalarType)
  }

  /// Prepares a run from a network and, if that was trained before, the state that it was left in.
  init(
    start: TransformNetwork, fidelity: TransformNetwork?, state: TrainingState?,
    settings: EnlargementSettings, lossNetwork: VGG19?, backend: any ComputeBackend,
    scalarType: ScalarType
  ) throws(TrainingError) {
    try settings.check()
    precondition(lossNetwork != nil || settings.looksSteps == 0, "looks without a loss network")
    (self.settings, self.fidelity, self.lossNetwork) = (settings, fidelity, lossNetwork)
    (self.backend, self.scalarType) = (backend, scalarType)
    architecture = start.architecture
    completedSteps = state?.completedSteps ?? 0
    layers = zip(start.architecture.layers, start.parameters).map {
      TrainedLayer($0, $1, state: state)
    }
  }

  /// A network whose last layer gives nothing yet, so that it repeats the photo's pixels.
  private static func beginning(seed: UInt64) -> TransformNetwork {
    let random = TransformNetwork(architecture: .enlarging, seed: seed)
    var parameters = random.parameters
    if let last = parameters.popLast() {
      parameters.append(
        LayerParameters(
          filter: ConvolutionFilter(Tensor(zeros: last.filter.shape)), shift: last.shift))
    }
    return TransformNetwork(architecture: random.architecture, parameters: parameters)
  }

  /// The networks as they are now; before the steps for looks there is only that for fidelity.
  public var model: EnlargementModel {
    EnlargementModel(
      fidelity: fidelity ?? network, looks: fidelity.map { _ in network },
      trainingSettings: settings.asText(completedSteps: completedSteps))
  }

  private var network: TransformNetwork {
    TransformNetwork(architecture: architecture, parameters: layers.map(\.parameters))
  }

  /// Begins to load the photos of the steps that are left.
  public func loader(of dataset: ImageDataset) -> BatchLoader {
    BatchLoader(dataset: dataset, settings: settings.photos, firstStep: completedSteps)
  }

  /// Does the steps that are left, as far as it may.
  ///
  /// - Parameters:
  ///   - loader: The photos: ``loader(of:)`` of this trainer as it is now.
  ///   - goesOn: Asked before each step, and while its photos are waited for, whether to go on.
  ///   - progress: Told the losses of each step, and how many photos it took.
  /// - Throws: ``TrainingError`` where no photo can be read or a loss is not finite; what `progress`
  ///   throws.
  public func train(
    with loader: BatchLoader, while goesOn: () -> Bool = { true },
    _ progress: (StepRecord, _ photoCount: Int) throws(TrainingError) -> Void = { _, _ in }
  ) throws(TrainingError) {
    while completedSteps < settings.allSteps, let batch = try loader.next(while: goesOn) {
      let record = try step(batch)
      try progress(record, batch.names.count)
    }
  }

  /// Does one step.
  ///
  /// - Parameter batch: One photo or more, as ``loader(of:)`` gives them for the next step.
  /// - Returns: The losses before the step: `photo` is the squared error of pixels, `content` that of
  ///   features.
  /// - Throws: ``TrainingError/enlargingDiverged(step:)`` where a loss or gradient is not finite; the
  ///   parameters are then as they were before the step.
  @discardableResult
  public func step(_ batch: TrainingBatch) throws(TrainingError) -> StepRecord {
    let number = completedSteps + 1
    let isForLooks = number > settings.steps
    if isForLooks, fidelity == nil { beginLooks() }
    let (photos, pictures) = try pair(of: batch)
    let tape = Tape(backend: backend, isRecording: true)
    let network = network
    let variables = network.variables(on: tape, areTrainable: true)
    let input = PhotoBatch(
      levels: photos.flatMap(\.pixels), shape: shape(of: photos), range: architecture.input,
      scalarType: scalarType, kernels: backend.kernels)
    let base = photos.flatMap {
      Image.repeating($0.pixels, width: $0.width, by: architecture.magnification)
    }
    let enlarged = network.enlarged(
      tape.constant(input.input), base: pixels(base, shape: shape(of: pictures)),
      variables: variables)
    let loss = EnlargementLoss(
      network: isForLooks ? lossNetwork : nil, backend: backend, scalarType: scalarType)
    let losses = loss.losses(
      of: enlarged, targets: pixels(pictures.flatMap(\.pixels), shape: shape(of: pictures)))
    let total = losses.total.value.scalars[0]
    tape.differentiate(losses.total)
    let gradients = variables.map(LayerGradients.init)
    guard total.isFinite, isFinite(gradients) else { throw .enlargingDiverged(step: number) }
    let rate = apply(gradients, step: number)
    completedSteps = number
    return StepRecord(
      step: number, total: total, content: losses.features, style: nil, totalVariation: nil,
      photo: losses.pixels, perStyle: [:], learningRate: rate)
  }

  /// Keeps the network for fidelity; the steps for looks begin with its weights, and with no momentum.
  private func beginLooks() {
    let network = network
    fidelity = network
    layers = zip(architecture.layers, network.parameters).map { TrainedLayer($0, $1, state: nil) }
  }

  /// The small photos of a step, with the faults drawn for each, and the large ones.
  private func pair(of batch: TrainingBatch) throws(TrainingError) -> ([Image], [Image]) {
    var photos: [Image] = []
    for (index, picture) in batch.photos.enumerated() {
      var random = RandomSource(
        seed: settings.seed,
        path: [0x6661_756C_74 /* "fault" */, UInt64(batch.step), UInt64(index)])
      let degradation = Degradation(using: &random)
      do throws(ImageError) {
        photos.append(
          try degradation.photo(of: picture, scale: architecture.magnification, using: &random))
      } catch {
        throw .photo(error)
      }
    }
    return (photos, batch.photos)
  }

  private func shape(of images: [Image]) -> Shape {
    [images.count, images[0].height, images[0].width, 3]
  }

  private func pixels(_ levels: [UInt8], shape: Shape) -> Tensor {
    backend.kernels.tensor(
      fromLevels: levels, shape: shape, center: 0, scale: 1 / 255, type: .float32)
  }

  private func isFinite(_ gradients: [LayerGradients]) -> Bool {
    gradients.allSatisfy { layer in
      layer.all.allSatisfy { $0.map { backend.kernels.nonfiniteCount($0) == 0 } ?? true }
    }
  }

  /// Changes the parameters, and gives the step length; each part of the run has its own rise and fall.
  private func apply(_ gradients: [LayerGradients], step: Int) -> Float {
    let isForLooks = step > settings.steps
    let number = isForLooks ? step - settings.steps : step
    let rate = settings.photos.learningRate(
      atStep: number, of: isForLooks ? settings.looksSteps : settings.steps)
    let adam = TensorKernels.AdamStep(number: number, learningRate: rate)
    for index in layers.indices {
      layers[index].step(
        gradients[index], filterRate: rate * Self.filterRate, adam, backend: backend)
    }
    return rate
  }
}
