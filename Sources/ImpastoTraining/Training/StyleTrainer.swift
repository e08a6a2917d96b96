import Foundation
import ImpastoCluster
import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
public import ImpastoNetworks
import ImpastoTensors

/// Trains one network on many paintings at once, or adds the rows of some to a trained network.
///
/// ```swift
/// let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
/// let starryNight = StyleSource(
///   description: StyleDescription(name: "starry-night"),
///   painting: try Image(contentsOf: "starry-night.jpg"))
/// let trainer = try StyleTrainer(
///   adding: [starryNight], to: model, settings: .forRows, lossNetwork: VGG19(),
///   backend: OneDNNBackend(threads: .available), scalarType: .float32)
/// try trainer.train(on: ImageDataset(folder: "photos"))
/// try trainer.model.write(to: "mine.safetensors")
/// ```
///
/// Each photo of a step is stylised with one of the trained rows drawn at random; where the whole
/// network is trained, one of them is `photo`, which returns the photo itself. A step is a function
/// of the state before it, the settings and its batch, so that a resumed run continues exactly as
/// without the interruption.
///
/// Source: Dumoulin, Shlens, Kudlur 2017, sections 2.2 and 3.2.
public final class StyleTrainer {
  /// The root mean square of a filter's changes by the step length of Adam.
  private static let filterRate: Float = 0.1

  /// The settings of the run.
  public let settings: TrainingSettings
  /// The steps done so far.
  public private(set) var completedSteps: Int

  /// The model before training, which keeps all that is not trained.
  private let start: StyleModel
  /// The parameters that the run changes.
  let scope: Scope
  /// The rows that are trained, in the order of their targets.
  let rowNames: [String]
  private let thumbnails: [String: Data]
  /// The styles whose paintings have got other colours.
  private let recolored: [String]
  /// The search for the blends that new rows begin with, where rows are added.
  private(set) var search: BlendSearch?
  /// Empty where the network's parameters are constants.
  private(set) var layers: [TrainedLayer]
  private(set) var scale: TrainedParameter
  private(set) var shift: TrainedParameter
  let loss: PerceptualLoss
  /// The network whose pictures are learned in place of what `loss` says, where there is one.
  let teacher: Teacher?
  /// One per trained row; nil for `photo`, and for every row where a teacher has its pictures.
  private let targets: [PerceptualLoss.StyleTarget?]
  private let backend: any ComputeBackend
  private let scalarType: ScalarType
  /// The ranks that share the steps, each photo's gradients being computed by themselves; nil where
  /// those of all photos of a step are computed at once.
  var ranks: Communicator?

  /// Prepares a run from a model that has all rows and, if it was trained before, the state it was
  /// left in.
  init(
    start: StyleModel, scope: Scope, state: TrainingState?, styles: [StyleSource],
    settings: TrainingSettings, lossNetwork: VGG19, teacher: StyleModel? = nil,
    backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    try settings.check()
    guard !styles.isEmpty || scope == .photo else { throw .noStyles }
    guard start.network.architecture.styleLength > 0 else { throw .noConditionalLayer }
    self.start = start
    self.scope = scope
    self.settings = settings
    self.backend = backend
    self.scalarType = scalarType
    completedSteps = state?.completedSteps ?? 0
    thumbnails = start.thumbnails.merging(try Self.thumbnails(of: styles)) { $1 }
    recolored = styles.filter { $0.colors != nil }.map(\.description.name)
    layers =
      scope == .everything
      ? zip(start.network.architecture.layers, start.network.parameters).map {
        TrainedLayer($0, $1, state: state)
      } : []
    rowNames = scope.trainedRows(styles)
    let rows = start.bank.selecting(rowNames)
    func parameter(_ name: String, _ value: Tensor) -> TrainedParameter {
      TrainedParameter(name: name, value: value, moments: state?.moments[name])
    }
    scale = parameter("bank.gamma", rows.scale)
    shift = parameter("bank.beta", rows.shift)
    let loss = PerceptualLoss(
      network: lossNetwork, backend: backend, scalarType: scalarType,
      terms: PerceptualTerms(
        contentWeight: settings.contentWeight, styleWeight: settings.styleWeight,
        totalVariationWeight: settings.totalVariationWeight))
    self.loss = loss
    self.teacher = try teacher.map { model throws(TrainingError) in
      try Teacher(
        model, of: styles.map(\.description.name), backend: backend, scalarType: scalarType)
    }
    let paintings = styles.map { style in
      teacher == nil ? loss.target(of: Self.painting(of: style, settings.styleSize)) : nil
    }
    targets = paintings + (rowNames.contains(StyleBank.photoName) ? [nil] : [])
    if case .rows(let blendSteps) = scope {
      search = BlendSearch(in: start.bank, for: rowNames, steps: blendSteps, state: state)
    }
  }

  /// The painting at the size at which its strokes are learned, in the colours wanted.
  private static func painting(of style: StyleSource, _ size: Int) -> Image {
    let painting = style.painting.scaledForTarget(size)
    return style.colors.map(painting.recolored) ?? painting
  }

  private static func thumbnails(
    of styles: [StyleSource]
  ) throws(TrainingError) -> [String: Data] {
    var thumbnails: [String: Data] = [:]
    for style in styles {
      do {
        thumbnails[style.description.name] = try style.painting.scaled(longerSide: 96)
          .encoded(as: .jpeg, quality: 80)
      } catch {
        throw .painting(error)
      }
    }
    return thumbnails
  }

  /// The network and styles as they are now.
  public var model: StyleModel {
    StyleModel(
      network: network, bank: start.bank.merging(rows), styles: start.styles,
      thumbnails: thumbnails, trainingSettings: networkSettings, styleSettings: styleSettings)
  }

  /// The settings of the network's training, which adding styles does not change.
  private var networkSettings: [String: String] {
    guard scope == .everything else { return start.trainingSettings }
    return settings.asText(completedSteps: completedSteps)
      .merging(start.trainingSettings.filter { $0.key == "from" }) { $1 }
      .merging(teacher.map { ["teacher": $0.fingerprint] } ?? [:]) { $1 }
  }

  /// The settings of the training of styles that came later than the network.
  private var styleSettings: [String: [String: String]] {
    guard let search else { return scope == .everything ? [:] : start.styleSettings }
    let own = settings.asText(completedSteps: completedSteps)
      .merging(["blend_steps": "\(search.steps)"]) { $1 }
    var all = start.styleSettings
    for (name, shares) in search.blends {
      all[name] = own.merging(["blend": BlendSearch.text(of: shares)]) { $1 }
    }
    for name in recolored { all[name]?["match_colors"] = "true" }
    return all
  }

  /// The blend that each added row begins with: the shares of known styles; nothing where no rows
  /// are added.
  public var blends: [String: [String: Float]] { search?.blends ?? [:] }

  private var network: TransformNetwork {
    guard scope == .everything else { return start.network }
    return TransformNetwork(
      architecture: start.network.architecture,
      parameters: layers.map(\.parameters))
  }

  /// The rows that are trained.
  private var rows: StyleBank {
    StyleBank(names: rowNames, scale: scale.value, shift: shift.value)
      .fitted(to: start.network.architecture)
  }

  /// Does one step.
  ///
  /// - Parameters:
  ///   - batch: One photo or more, as ``loader(of:)`` gives them for the next step.
  /// - Returns: The losses before the step.
  /// - Throws: ``TrainingError/diverged(step:style:photo:)`` where a loss or gradient is not
  ///   finite; the parameters are then as they were before the step.
  @discardableResult
  public func step(_ batch: TrainingBatch) throws(TrainingError) -> StepRecord {
    precondition(!batch.names.isEmpty, "a batch without photos")
    let number = completedSteps + 1
    let drawn = drawnRows(step: number, count: batch.names.count)
    let derivatives =
      ranks.map { summedDerivatives(of: batch, drawn, step: number, over: $0) }
      ?? derivatives(of: batch.photos, drawn, step: number)
    guard isFinite(derivatives) else {
      let culprit = culprit(of: derivatives, batch.photos, drawn, step: number)
      throw .diverged(step: number, style: rowNames[drawn[culprit]], photo: batch.names[culprit])
    }
    let rate = apply(derivatives, step: number)
    completedSteps = number
    return record(derivatives, drawn: drawn, learningRate: rate)
  }

  /// The losses of some photos, and their gradients by all that is trained.
  func derivatives(of photos: [Image], _ drawn: [Int], step: Int) -> StepDerivatives {
    let size = settings.schedule[settings.stage(after: step - 1).index].imageSize
    let shiftLoss = settings.shiftWeight > 0 ? drawnShift(step: step) : nil
    let needsStatistics =
      start.network.architecture.givesLogits && drawn.contains { isPhoto($0) }
    let crops = shiftLoss?.crops(of: photos, size: size) ?? photos
    let drawn = shiftLoss == nil ? drawn : drawn + drawn
    let photoBatch = PhotoBatch(
      levels: crops.flatMap(\.pixels), shape: [crops.count, size, size, 3],
      range: start.network.architecture.input, scalarType: scalarType, kernels: backend.kernels)

    let tape = Tape(backend: backend, isRecording: true)
    let network = network
    let variables = network.variables(on: tape, areTrainable: scope == .everything)
    let scaleVariable = tape.parameter(scale.value)
    let shiftVariable = tape.parameter(shift.value)
    let styleRows = rows.rows(
      weights: drawn.map { row in targets.indices.map { $0 == row ? 1 : 0 } },
      statistics: needsStatistics ? photoBatch.statistics : nil, scale: scaleVariable,
      shift: shiftVariable)
    let pictures = network.stylized(
      tape.constant(photoBatch.input), rows: styleRows, variables: variables)
    let losses =
      teacher.map {
        $0.losses(
          of: pictures, photos: crops, size: size, rows: drawn.map { isPhoto($0) ? nil : $0 })
      } ?? loss.losses(of: pictures, photos: photoBatch, targets: drawn.map { targets[$0] })
    let shifts = shiftLoss?.losses(of: pictures)
    var total = losses.total.summed()
    if let shifts {
      let share = settings.shiftWeight / Float(shifts.shape[0])
      total = Variable.weightedSum([(total, [1]), (shifts.summed(), [share])], on: tape)
    }
    tape.differentiate(total)
    return StepDerivatives(
      losses: StepLosses(losses), shifts: shifts?.value.scalars ?? [],
      total: total.value.scalars[0],
      layers: scope == .everything ? variables.map(LayerGradients.init) : [],
      rows: [scaleVariable, shiftVariable].map(\.gradient))
  }

  /// Changes what is trained, and gives the step length.
  private func apply(_ derivatives: StepDerivatives, step: Int) -> Float {
    let (kernels, rowGradients) = (backend.kernels, derivatives.rows)
    if search?.has(step: step) == true {
      search?.step(
        number: step, scaleGradient: rowGradients[0], shiftGradient: rowGradients[1], kernels)
      if let rows = search?.rows {
        scale = TrainedParameter(name: scale.name, value: rows.scale)
        shift = TrainedParameter(name: shift.name, value: rows.shift)
      }
      return BlendSearch.learningRate
    }
    // What comes after the search is a run of its own.
    let before = search?.steps ?? 0
    let rate = settings.learningRate(atStep: step - before, of: settings.steps - before)
    let adam = TensorKernels.AdamStep(number: step - before, learningRate: rate)
    for index in layers.indices {
      layers[index].step(
        derivatives.layers[index], filterRate: rate * Self.filterRate, adam, backend: backend)
    }
    scale.step(rowGradients[0], adam, kernels)
    shift.step(rowGradients[1], adam, kernels)
    return rate
  }

  /// Indicates whether a row is the one that returns the photo itself.
  private func isPhoto(_ row: Int) -> Bool { rowNames[row] == StyleBank.photoName }

  /// The style of each photo of a step.
  private func drawnRows(step: Int, count: Int) -> [Int] {
    var random = RandomSource(
      seed: settings.seed, path: [0x7374_796C_65 /* "style" */, UInt64(step)])
    return (0..<count).map { _ in
      Int(random.next().multipliedFullWidth(by: UInt64(targets.count)).high)
    }
  }

  /// The distance of the two crops of each photo of a step.
  private func drawnShift(step: Int) -> ShiftLoss {
    var random = RandomSource(
      seed: settings.seed, path: [0x7368_6966_74 /* "shift" */, UInt64(step)])
    return ShiftLoss(using: &random)
  }

  func isFinite(_ derivatives: StepDerivatives) -> Bool {
    derivatives.total.isFinite && derivatives.losses.total.allSatisfy(\.isFinite)
      && derivatives.gradients.allSatisfy {
        $0.map { backend.kernels.nonfiniteCount($0) == 0 } ?? true
      }
  }

  /// The photo of a step that something not finite comes from.
  ///
  /// That is the one whose loss shows it, else the first whose own gradients do. Where only their
  /// sum does, it is the one with the largest loss.
  private func culprit(
    of derivatives: StepDerivatives, _ photos: [Image], _ drawn: [Int], step: Int
  ) -> Int {
    let totals = derivatives.losses.total
    return totals.firstIndex { !$0.isFinite }.map { $0 % drawn.count }
      ?? derivatives.culprit
      ?? photos.indices.first {
        !isFinite(self.derivatives(of: [photos[$0]], [drawn[$0]], step: step))
      }
      ?? drawn.indices.max { totals[$0] < totals[$1] } ?? 0
  }

  private func record(
    _ derivatives: StepDerivatives, drawn: [Int], learningRate: Float
  ) -> StepRecord {
    let (losses, shifts) = (derivatives.losses, derivatives.shifts)
    let drawn = shifts.isEmpty ? drawn : drawn + drawn
    let (copied, painted) = (
      drawn.indices.filter { isPhoto(drawn[$0]) }, drawn.indices.filter { !isPhoto(drawn[$0]) }
    )
    let compared = teacher == nil ? painted : []
    let style = losses.style.map { $0.reduce(0, +) / Float(max(1, $0.count)) }
    func mean(_ values: [Float], over images: [Int]) -> Float {
      images.reduce(0) { $0 + values[$1] } / Float(images.count)
    }
    func meanIfAny(_ values: [Float], over images: [Int]) -> Float? {
      images.isEmpty ? nil : mean(values, over: images)
    }
    let byRow = Dictionary(grouping: compared) { drawn[$0] }
    let perStyle = byRow.map { row, images in
      let layers = loss.terms.styleTaps.indices.map { layer in
        ("\(loss.terms.styleTaps[layer].tap)", mean(losses.style.map { $0[layer] }, over: images))
      }
      return (
        rowNames[row],
        StyleLosses(
          content: mean(losses.content, over: images), style: mean(style, over: images),
          layers: Dictionary(uniqueKeysWithValues: layers))
      )
    }
    return StepRecord(
      step: completedSteps, total: derivatives.total,
      content: meanIfAny(losses.content, over: compared), style: meanIfAny(style, over: compared),
      totalVariation: meanIfAny(losses.totalVariation, over: compared),
      photo: meanIfAny(losses.pixels, over: copied),
      teacher: teacher == nil ? nil : meanIfAny(losses.pixels, over: painted),
      shift: meanIfAny(shifts, over: Array(shifts.indices)),
      perStyle: Dictionary(uniqueKeysWithValues: perStyle), learningRate: learningRate)
  }
}
