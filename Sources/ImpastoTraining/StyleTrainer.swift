import Foundation
public import ImpastoCompute
import ImpastoDifferentiation
import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTensors

/// Trains one network on many paintings at once.
///
/// Each photo of a step is stylised with a style drawn at random, one of them being `photo`, which
/// returns the photo itself. A step is a function of the state before it, the settings and its
/// batch, so that a run taken up again goes on exactly as it would have.
///
/// Source: Dumoulin, Shlens, Kudlur 2017, section 2.2.
public final class StyleTrainer {
  /// What the run is made with.
  public let settings: TrainingSettings
  /// The steps done so far.
  public private(set) var completedSteps: Int

  private let descriptions: [StyleDescription]
  private let thumbnails: [String: Data]
  private(set) var filters: [TrainedParameter]
  private(set) var scale: TrainedParameter
  private(set) var shift: TrainedParameter
  private let architecture: TransformArchitecture
  private let loss: PerceptualLoss
  /// One per row of the bank; nil for `photo`.
  private let targets: [PerceptualLoss.StyleTarget?]
  private let backend: any ComputeBackend
  private let scalarType: ScalarType

  /// Prepares a run from random weights.
  ///
  /// - Parameters:
  ///   - architecture: The widths and depth of the network.
  /// - Throws: ``TrainingError`` where the settings or styles cannot be trained with.
  public convenience init(
    styles: [StyleSource], settings: TrainingSettings,
    architecture: TransformArchitecture = .published, lossNetwork: VGG19,
    backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    let names = styles.map(\.description.name) + [StyleBank.photoName]
    let start = StyleModel(
      network: TransformNetwork(architecture: architecture, seed: settings.seed),
      bank: StyleBank(names: names, architecture: architecture),
      styles: styles.map(\.description))
    try self.init(
      start: start, state: nil, styles: styles, settings: settings, lossNetwork: lossNetwork,
      backend: backend, scalarType: scalarType)
  }

  /// Prepares a run from a model and, if it was trained before, the state it was left in.
  init(
    start: StyleModel, state: TrainingState?, styles: [StyleSource], settings: TrainingSettings,
    lossNetwork: VGG19, backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    try settings.check()
    guard !styles.isEmpty else { throw .noStyles }
    self.settings = settings
    self.backend = backend
    self.scalarType = scalarType
    completedSteps = state?.completedSteps ?? 0
    descriptions = start.styles
    thumbnails = try Self.thumbnails(of: styles)
    architecture = start.network.architecture
    func parameter(_ name: String, _ value: Tensor) -> TrainedParameter {
      TrainedParameter(name: name, value: value, moments: state?.moments[name])
    }
    filters = zip(architecture.layers, start.network.filters).map {
      parameter("network.\($0.name).weight", $1.weights)
    }
    scale = parameter("bank.gamma", start.bank.scale)
    shift = parameter("bank.beta", start.bank.shift)
    let loss = PerceptualLoss(
      network: lossNetwork, backend: backend, scalarType: scalarType,
      contentWeight: settings.contentWeight, styleWeight: settings.styleWeight,
      totalVariationWeight: settings.totalVariationWeight)
    self.loss = loss
    targets =
      styles.map { loss.target(of: Self.scaled($0.painting, settings.styleSize)) } + [nil]
  }

  /// The painting with its shorter side of `size` pixels, or less where it is a long scroll.
  private static func scaled(_ painting: Image, _ size: Int) -> Image {
    let longest = 4 * size
    let scaled = painting.scaled(shorterSide: size)
    return max(scaled.width, scaled.height) > longest
      ? painting.scaled(longerSide: longest) : scaled
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
      network: TransformNetwork(
        architecture: architecture, filters: filters.map { ConvolutionFilter($0.value) }),
      bank: bank, styles: descriptions, thumbnails: thumbnails,
      trainingSettings: settings.asText(completedSteps: completedSteps))
  }

  private var bank: StyleBank {
    StyleBank(
      names: descriptions.map(\.name) + [StyleBank.photoName], scale: scale.value,
      shift: shift.value)
  }

  /// Does one step.
  ///
  /// - Parameters:
  ///   - batch: One photo or more of `imageSize`².
  /// - Returns: The losses before the step.
  /// - Throws: ``TrainingError/diverged(step:style:photo:)`` where a loss or gradient is not
  ///   finite; the parameters are then as they were before the step.
  public func step(_ batch: TrainingBatch) throws(TrainingError) -> StepRecord {
    precondition(!batch.photos.isEmpty, "a batch without photos")
    let number = completedSteps + 1
    let drawn = drawnRows(step: number, count: batch.photos.count)
    let drawsPhoto = drawn.contains { targets[$0] == nil }
    let photos = PhotoBatch(
      levels: batch.photos.flatMap(\.pixels),
      shape: [batch.photos.count, settings.imageSize, settings.imageSize, 3],
      scalarType: scalarType, kernels: backend.kernels)

    let tape = Tape(backend: backend, isRecording: true)
    let network = TransformNetwork(
      architecture: architecture, filters: filters.map { ConvolutionFilter($0.value) })
    let filterVariables = network.filters(on: tape, areTrainable: true)
    let scaleVariable = tape.parameter(scale.value)
    let shiftVariable = tape.parameter(shift.value)
    let rows = bank.rows(
      weights: drawn.map { row in targets.indices.map { $0 == row ? 1 : 0 } },
      statistics: drawsPhoto ? photos.statistics : nil, scale: scaleVariable, shift: shiftVariable)
    let pictures = network.stylized(
      tape.constant(photos.input), rows: rows, filters: filterVariables)
    let losses = loss.losses(of: pictures, photos: photos, targets: drawn.map { targets[$0] })
    tape.differentiate(losses.total)

    let gradients =
      filterVariables.map(\.gradient) + [scaleVariable, shiftVariable].map(\.gradient)
    try checkFinite(losses, gradients, step: number, drawn: drawn, names: batch.names)
    let rate = settings.learningRate(atStep: number)
    let adam = TensorKernels.AdamStep(number: number, learningRate: rate)
    for (index, gradient) in gradients.enumerated() {
      guard let gradient else { continue }
      switch index - filters.count {
      case 0: scale.step(gradient, adam, backend.kernels)
      case 1: shift.step(gradient, adam, backend.kernels)
      default: filters[index].step(gradient, adam, backend.kernels)
      }
    }
    completedSteps = number
    return record(losses, drawn: drawn, learningRate: rate)
  }

  /// The style of each photo of a step.
  private func drawnRows(step: Int, count: Int) -> [Int] {
    var random = RandomSource(
      seed: settings.seed, path: [0x7374_796C_65 /* "style" */, UInt64(step)])
    return (0..<count).map { _ in
      Int(random.next().multipliedFullWidth(by: UInt64(targets.count)).high)
    }
  }

  private func checkFinite(
    _ losses: PerceptualLoss.Losses, _ gradients: [Tensor?], step: Int, drawn: [Int],
    names: [String]
  ) throws(TrainingError) {
    let totals = losses.total.value.scalars
    let hasBadGradient = gradients.contains {
      $0.map { backend.kernels.nonfiniteCount($0) > 0 } ?? false
    }
    let culprit = totals.firstIndex { !$0.isFinite } ?? (hasBadGradient ? 0 : nil)
    if let culprit {
      throw .diverged(step: step, style: bank.names[drawn[culprit]], photo: names[culprit])
    }
  }

  private func record(
    _ losses: PerceptualLoss.Losses, drawn: [Int], learningRate: Float
  ) -> StepRecord {
    let names = bank.names
    let painted = drawn.indices.filter { targets[drawn[$0]] != nil }
    let copied = drawn.indices.filter { targets[drawn[$0]] == nil }
    let style = losses.style.map { $0.reduce(0, +) / Float($0.count) }
    func mean(_ values: [Float], over images: [Int]) -> Float {
      images.reduce(0) { $0 + values[$1] } / Float(images.count)
    }
    func meanIfAny(_ values: [Float], over images: [Int]) -> Float? {
      images.isEmpty ? nil : mean(values, over: images)
    }
    let byRow = Dictionary(grouping: painted) { drawn[$0] }
    let perStyle = byRow.map { row, images in
      let layers = PerceptualLoss.styleTaps.indices.map { layer in
        ("\(PerceptualLoss.styleTaps[layer])", mean(losses.style.map { $0[layer] }, over: images))
      }
      return (
        names[row],
        StyleLosses(
          content: mean(losses.content, over: images), style: mean(style, over: images),
          layers: Dictionary(uniqueKeysWithValues: layers))
      )
    }
    return StepRecord(
      step: completedSteps, total: losses.total.value.scalars.reduce(0, +),
      content: meanIfAny(losses.content, over: painted), style: meanIfAny(style, over: painted),
      totalVariation: meanIfAny(losses.totalVariation, over: painted),
      photo: meanIfAny(losses.pixels, over: copied),
      perStyle: Dictionary(uniqueKeysWithValues: perStyle), learningRate: learningRate)
  }
}
