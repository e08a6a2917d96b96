import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining
import Synchronization
import TestSupport
import Testing

@Suite struct StyleTrainerTests {
  private let folder: TemporaryFolder
  private let backend = OneDNNBackend()

  init() throws { folder = try TemporaryFolder() }

  /// Holds on every set of instructions.
  @Test func `resumed training equals uninterrupted training bit for bit`() throws {
    try expectResumedRunEqualsWhole(.float32)
  }

  /// Holds on every set of instructions.
  @Test(
    .enabled(if: OneDNNBackend.hasBFloat16Arithmetic, "this processor does not compute in bf16"))
  func `in bf16 too resumed training equals uninterrupted training bit for bit`() throws {
    try expectResumedRunEqualsWhole(.bfloat16)
  }

  @Test func `a network with parameters of its own is resumed bit for bit, too`() throws {
    typealias Layer = TransformArchitecture.Layer
    let architecture = try TransformArchitecture(layers: [
      Layer(
        name: "in", kernel: 3, inputs: 3, outputs: 6, scaling: .halved(blurred: true),
        normalization: .fixed()),
      Layer(name: "middle", kernel: 3, inputs: 6, outputs: 6),
      Layer(
        name: "out", kernel: 3, inputs: 6, outputs: 3, scaling: .doubled(.nearest),
        normalization: .none(hasBias: true), activation: .sigmoid),
    ])
    try expectResumedRunEqualsWhole(.float32, architecture)
    let trained = try StyleModel(contentsOf: folder.file("whole")).network.parameters
    #expect(trained[0].scale?.scalars.contains { $0 != 1 } == true)
    #expect(trained[0].shift?.scalars.contains { $0 != 0 } == true)
    #expect(trained[2].shift?.scalars.contains { $0 != 0 } == true)
  }

  @Test func `a network without conditional layers has nothing that a style could change`() throws {
    typealias Layer = TransformArchitecture.Layer
    let architecture = try TransformArchitecture(layers: [
      Layer(
        name: "only", kernel: 3, inputs: 3, outputs: 3, normalization: .fixed(),
        activation: .sigmoid)
    ])
    let error = #expect(throws: TrainingError.noConditionalLayer) {
      try trainer(architecture: architecture)
    }
    #expect(
      error?.description == """
        no layer of the network has the normalization “conditional”, so that it can paint in one way \
        only; take a network that has one
        """)
  }

  private func expectResumedRunEqualsWhole(
    _ type: ScalarType, _ architecture: TransformArchitecture = .published
  ) throws {
    let whole = try trainer(type: type, architecture: architecture)
    let wholeRecords = try run(whole, steps: 0..<4)
    try whole.saveState(to: folder.file("whole"))

    let half = try trainer(type: type, architecture: architecture)
    var records = try run(half, steps: 0..<2)
    try half.saveState(to: folder.file("half"))
    let resumed = try resume("half", type: type)
    #expect(resumed.completedSteps == 2)
    records += try run(resumed, steps: 2..<4)
    try resumed.saveState(to: folder.file("resumed"))

    #expect(records == wholeRecords)
    #expect(try bytes("resumed") == bytes("whole"))
  }

  /// Holds on every set of instructions.
  @Test(arguments: [SmallRun.settings, SmallRun.stagedSettings])
  func `training that is stopped between steps goes on as if it had not been`(
    settings: TrainingSettings
  ) throws {
    for index in 0..<3 {
      try SmallRun.image(width: 40, height: 36) { x, y in (x * (index + 2) + y * 5) % 256 }
        .write(to: folder.file("\(index).png"))
    }
    let photos = try ImageDataset(folder: folder.path)
    let whole = try trainer(settings: settings)
    try whole.train(on: photos)

    let stopped = try trainer(settings: settings)
    var steps: [Int] = []
    try stopped.train(with: stopped.loader(of: photos), while: { steps.count < 3 }) {
      record, count in
      #expect(
        count == settings.schedule[record.step <= 2 ? 0 : settings.schedule.count - 1].batchSize)
      #expect((record.shift != nil) == (settings.shiftWeight > 0))
      steps.append(record.step)
    }
    #expect(steps == [1, 2, 3] && stopped.completedSteps == 3)
    try stopped.saveState(to: folder.file("state"))
    let resumed = try resume("state", settings: settings)
    try resumed.train(on: photos)
    for (name, trainer) in [("whole", whole), ("stopped", resumed)] {
      try trainer.saveState(to: folder.file(name))
    }
    #expect(try bytes("whole") == bytes("stopped"))
  }

  /// Holds on every set of instructions.
  @Test func `the same seed gives the same bytes, and another gives others`() throws {
    for (name, seed) in [("first", UInt64(2)), ("second", 2), ("third", 3)] {
      var settings = SmallRun.settings
      settings.seed = seed
      let trainer = try trainer(settings: settings)
      _ = try run(trainer, steps: 0..<2)
      try trainer.model.write(to: folder.file(name))
    }
    #expect(try bytes("first") == bytes("second"))
    #expect(try bytes("first") != bytes("third"))
  }

  @Test func `the styles of a step are named and counted apart from the photo's row`() throws {
    let records = try run(trainer(), steps: 0..<4)
    #expect(Set(records.flatMap(\.perStyle.keys)) == ["dots", "stripes"])
    #expect(records.contains { ($0.photo ?? 0) > 0 })
    #expect(records.allSatisfy { ($0.style == nil) == $0.perStyle.isEmpty })
    for losses in records.flatMap(\.perStyle.values) {
      #expect(Set(losses.layers.keys) == ["relu1_1", "relu2_1", "relu3_1", "relu4_1"])
      let mean = losses.layers.values.reduce(0, +) / 4
      #expect(abs(losses.style - mean) <= 1e-5 * mean)
    }
  }

  @Test func `a smaller last batch is used`() throws {
    let trainer = try trainer()
    let record = try trainer.step(SmallRun.batch(0, count: 1))
    #expect(record.step == 1)
    #expect(record.total.isFinite)
  }

  @Test func `training that diverges stops with the parameters it had`() throws {
    var settings = SmallRun.settings
    settings.learningRate = 1e30
    let trainer = try trainer(settings: settings)
    _ = try trainer.step(SmallRun.batch(0))
    try trainer.saveState(to: folder.file("before"))
    let error = #expect(throws: TrainingError.self) { try trainer.step(SmallRun.batch(1)) }
    guard case .diverged(2, let style, let photo) = error else {
      Issue.record("step 2 failed as \(String(describing: error))")
      return
    }
    #expect(
      error?.description
        == "training diverged at step 2 (style \(style), photo \(photo)); take a lower learning rate, "
        + "and go on from the last checkpoint or, where none was saved, begin anew")
    #expect(["dots", "stripes", "photo"].contains(style))
    #expect(["photo 0.png", "photo 1.png", "photo 2.png"].contains(photo))
    try trainer.saveState(to: folder.file("after"))
    #expect(try bytes("after") == bytes("before"))
  }

  @Test func `a gradient that is not finite is traced to its photo`() throws {
    var photos = SmallRun.batch(0).photos
    photos[2] = SmallRun.image(width: 32, height: 32) { x, y in x + y == 0 ? 255 : 99 }
    let names = SmallRun.batch(0).names
    for order in [[0, 1, 2], [0, 2, 1], [2, 0, 1]] {
      let trainer = try StyleTrainer(
        styles: SmallRun.styles, settings: SmallRun.settings,
        lossNetwork: FormulaLossNetwork.shared.get(), backend: SteepBackend(backend),
        scalarType: .float32)
      let error = #expect(throws: TrainingError.self) {
        try trainer.step(
          TrainingBatch(step: 0, photos: order.map { photos[$0] }, names: order.map { names[$0] }))
      }
      guard case .diverged(1, _, "photo 2.png") = error else {
        Issue.record("failed as \(String(describing: error))")
        continue
      }
    }
  }

  @Test func `settings that cannot be trained with are refused`() throws {
    for (size, style, expected) in [
      (30, 32, "image size 30: a multiple of 4 from 32 to 8192 is expected"),
      (28, 32, "image size 28: a multiple of 4 from 32 to 8192 is expected"),
      (32, 16, "style size 16: 32 to 8192 is expected"),
    ] {
      var settings = SmallRun.settings
      (settings.schedule[0].imageSize, settings.styleSize) = (size, style)
      let error = #expect(throws: TrainingError.self) { try trainer(settings: settings) }
      #expect(error?.description == expected)
    }
    #expect(throws: TrainingError.noStyles) { try trainer(styles: []) }
  }

  @Test func `the state of other styles is refused`() throws {
    try trainer().saveState(to: folder.file("state"))
    let path = folder.file("state")
    #expect(
      throws: TrainingError.badState(path, reason: "it was trained on dots, stripes")
    ) {
      try resume("state", styles: Array(SmallRun.styles.reversed()))
    }
  }

  @Test func `a damaged state is refused with the reason`() throws {
    let path = folder.file("state")
    try trainer().saveState(to: path)
    let whole = try Safetensors.read(path)

    var file = whole
    file.metadata["completed_steps"] = "-1"
    try Safetensors.write(file, to: path)
    #expect(
      throws: TrainingError.badState(path, reason: "it does not say how many steps were done")
    ) { try resume("state") }

    file = whole
    file.tensors["second.bank.gamma"] = Tensor(zeros: [3])
    try Safetensors.write(file, to: path)
    #expect(
      throws: TrainingError.badState(
        path, reason: "the moments of “bank.gamma” are missing or damaged")
    ) { try resume("state") }

    file = whole
    file.metadata["fingerprint"] = "0"
    try Safetensors.write(file, to: path)
    #expect(
      throws: TrainingError.model(
        .notModel(path, reason: "its weights do not match their fingerprint"))
    ) { try resume("state") }
  }

  private func trainer(
    styles: [StyleSource] = SmallRun.styles, settings: TrainingSettings = SmallRun.settings,
    type: ScalarType = .float32, architecture: TransformArchitecture = .published
  ) throws -> StyleTrainer {
    try StyleTrainer(
      styles: styles, settings: settings, architecture: architecture,
      lossNetwork: FormulaLossNetwork.shared.get(),
      backend: backend, scalarType: type)
  }

  private func resume(
    _ name: String, styles: [StyleSource] = SmallRun.styles,
    settings: TrainingSettings = SmallRun.settings, type: ScalarType = .float32
  ) throws -> StyleTrainer {
    try StyleTrainer(
      resuming: folder.file(name), styles: styles, settings: settings,
      lossNetwork: FormulaLossNetwork.shared.get(), backend: backend, scalarType: type)
  }

  private func run(_ trainer: StyleTrainer, steps: Range<Int>) throws -> [StepRecord] {
    try steps.map { try trainer.step(SmallRun.batch($0)) }
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
  }
}

/// Computes as another backend does, but for an infinite gradient of every photo that begins with the
/// levels 255, 127 and 0.
private final class SteepBackend: ComputeBackend {
  private let real: any ComputeBackend
  /// Whether each image of the batch at hand is such a photo.
  private let isSteep = Mutex<[Bool]>([])

  init(_ real: any ComputeBackend) { self.real = real }

  var name: String { real.name }
  var threads: ThreadBudget { real.threads }
  func limited(to threads: ThreadBudget) -> any ComputeBackend { self }
  func supports(_ scalarType: ScalarType) -> Bool { real.supports(scalarType) }

  func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor?, rectified: Bool,
    step: ConvolutionStep
  ) -> Tensor {
    // The photos, mirrored around, come to the network's first layer.
    if filter.shape[1] == 9, filter.shape[3] == 3 {
      let (shape, scalars) = (input.shape, input.scalars)
      isSteep.withLock {
        $0 = (0..<shape.batch).map { image in
          let pixel = ((image * shape.height + 4) * shape.width + 4) * 3
          return Array(scalars[pixel..<pixel + 3]) == [127 / 128, -1 / 128, -1]
        }
      }
    }
    return real.convolve(input, with: filter, bias: bias, rectified: rectified, step: step)
  }

  func convolutionInputGradient(
    _ outputGradient: Tensor, filter: ConvolutionFilter, inputShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    let gradient = real.convolutionInputGradient(
      outputGradient, filter: filter, inputShape: inputShape, step: step)
    // That of the pictures, from the loss network.
    guard inputShape.channels == 3 else { return gradient }
    var scalars = gradient.scalars
    for (image, isSteep) in isSteep.withLock({ $0 }).enumerated() where isSteep {
      scalars[image * (inputShape.count / inputShape.batch) + 700] = .infinity
    }
    return Tensor(scalars, shape: inputShape)
  }

  func convolutionFilterGradient(
    _ outputGradient: Tensor, input: Tensor, filterShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    real.convolutionFilterGradient(
      outputGradient, input: input, filterShape: filterShape, step: step)
  }

  func multiply(_ a: Tensor, transposed: Bool, _ b: Tensor, resultType: ScalarType) -> Tensor {
    real.multiply(a, transposed: transposed, b, resultType: resultType)
  }
}
