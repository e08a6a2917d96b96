import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoModelFiles
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

/// Training that begins with a model: of the rows added to it alone, and of everything.
@Suite struct AddedRowsTests {
  private let folder: TemporaryFolder
  private let backend = OneDNNBackend()
  private let model: StyleModel

  init() throws {
    folder = try TemporaryFolder()
    model = Self.model
  }

  /// Holds on every set of instructions.
  @Test func `adding styles changes new rows alone, bit for bit`() throws {
    let trainer = try adding()
    for step in 0..<3 { _ = try trainer.step(SmallRun.batch(step)) }
    let result = trainer.model

    #expect(result.bank.names == ["leaves", "photo", "waves", "dots", "stripes"])
    #expect(result.fingerprint == model.fingerprint)
    #expect(result.trainingSettings == model.trainingSettings)
    #expect(result.styleSettings.keys.sorted() == ["dots", "stripes"])
    #expect(result.styleSettings["dots"]?["completed_steps"] == "3")
    #expect(result.styles.map(\.name) == ["leaves", "waves", "dots", "stripes"])
    let (before, after) = (model.namedTensors.tensors, result.namedTensors.tensors)
    for (name, tensor) in before {
      #expect(after[name]?.scalars == tensor.scalars, "\(name)")
    }
    #expect(after.count == before.count + 4)
    for name in ["dots", "stripes"] {
      #expect(row(name, of: result) != Self.meanRow, "\(name)")
    }
  }

  @Test func `new rows begin with the mean of the old, photo left out`() throws {
    let start = try adding().model
    #expect(row("dots", of: start) == Self.meanRow)
    #expect(row("stripes", of: start) == Self.meanRow)
  }

  @Test func `the state of added rows holds no moments of anything else`() throws {
    let trainer = try adding()
    _ = try trainer.step(SmallRun.batch(0))
    try trainer.saveState(to: folder.file("state"))
    let moments = try Safetensors.read(folder.file("state")).tensors.filter {
      $0.key.hasPrefix("first.") || $0.key.hasPrefix("second.")
    }
    let length = model.network.architecture.styleLength
    #expect(
      moments.mapValues(\.shape) == [
        "first.bank.gamma": [2, length], "second.bank.gamma": [2, length],
        "first.bank.beta": [2, length], "second.bank.beta": [2, length],
        "first.blend.logits": [2, 2], "second.blend.logits": [2, 2],
      ])
  }

  @Test func `the search for a blend mixes known rows, more and more of the better one`() throws {
    // The paintings' own styles are unknown; that of one known row is what the other half lacks.
    let trainer = try adding(blendSteps: 4)
    var last = trainer.blends
    #expect(last["dots"] == ["leaves": 0.5, "waves": 0.5])
    for step in 0..<4 {
      let record = try trainer.step(SmallRun.batch(step))
      #expect(record.learningRate == 0.2)
      let blends = trainer.blends
      #expect(blends != last)
      last = blends
      let model = trainer.model
      for (name, shares) in blends {
        #expect(abs(shares.values.reduce(0, +) - 1) < 1e-6)
        let known = try ["leaves", "waves"].map { other in
          (try #require(row(other, of: model)), try #require(shares[other]))
        }
        let mixed = zip(known[0].0, known[1].0).map { $0 * known[0].1 + $1 * known[1].1 }
        let found = try #require(row(name, of: model))
        #expect(zip(found, mixed).allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
    // From here on the rows are free.
    _ = try trainer.step(SmallRun.batch(4))
    #expect(trainer.blends == last)
    let settings = trainer.model.styleSettings["dots"]
    #expect(settings?["blend_steps"] == "4")
    #expect(settings?["blend"]?.contains("leaves:") == true)
  }

  @Test func `the gradient of a blend's weights is that of the loss`() throws {
    // One step of Adam on two logits tells the sign of the gradient, which a difference confirms.
    let trainer = try adding([SmallRun.styles[0]], blendSteps: 1)
    let loss = try trainer.step(SmallRun.batch(0)).total
    let share = try #require(trainer.blends["dots"]?["leaves"])
    let after = try trainer.step(SmallRun.batch(0)).total
    #expect(share != 0.5)
    #expect(after < loss)
  }

  /// Holds on every set of instructions.
  @Test(arguments: [0, 3])
  func `resumed adding equals uninterrupted adding bit for bit`(blendSteps: Int) throws {
    let whole = try adding(blendSteps: blendSteps)
    for step in 0..<4 { _ = try whole.step(SmallRun.batch(step)) }
    try whole.saveState(to: folder.file("whole"))
    let half = try adding(blendSteps: blendSteps)
    for step in 0..<2 { _ = try half.step(SmallRun.batch(step)) }
    try half.saveState(to: folder.file("half"))
    let rest = try StyleTrainer(
      resuming: folder.file("half"), styles: SmallRun.styles, settings: SmallRun.settings,
      lossNetwork: FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32)
    for step in 2..<4 { _ = try rest.step(SmallRun.batch(step)) }
    try rest.saveState(to: folder.file("rest"))
    #expect(try bytes("rest") == bytes("whole"))
  }

  @Test func `the state of other added styles is refused`() throws {
    let path = folder.file("state")
    try adding().saveState(to: path)
    #expect(throws: TrainingError.badState(path, reason: "it was trained on dots, stripes")) {
      try StyleTrainer(
        resuming: path, styles: [SmallRun.styles[0]], settings: SmallRun.settings,
        lossNetwork: FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32)
    }
  }

  @Test func `a damaged state of added styles is refused with the reason`() throws {
    let path = folder.file("state")
    try adding().saveState(to: path)
    let whole = try Safetensors.read(path)
    var damages = [whole, whole, whole]
    damages[0].metadata["blend_steps"] = nil
    damages[1].tensors["blend.logits"] = Tensor([.infinity, 0, 0, 0], shape: [2, 2])
    damages[2].tensors["first.blend.logits"] = nil
    for (file, reason) in zip(
      damages,
      [
        "it does not say how blends were looked for",
        "the moments of “blend.logits” are missing or damaged",
        "the moments of “blend.logits” are missing or damaged",
      ])
    {
      try Safetensors.write(file, to: path)
      #expect(throws: TrainingError.badState(path, reason: reason)) {
        try StyleTrainer(
          resuming: path, styles: SmallRun.styles, settings: SmallRun.settings,
          lossNetwork: FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32)
      }
    }
  }

  @Test func `a name that is taken is refused`() throws {
    let leaves = StyleSource(
      description: StyleDescription(name: "leaves"), painting: SmallRun.styles[0].painting)
    for styles in [[leaves], [SmallRun.styles[0], SmallRun.styles[0]]] {
      let name = styles[0].description.name
      #expect(throws: TrainingError.model(.styleExists(name))) { try adding(styles) }
    }
  }

  @Test func `a joint run from a model begins with its filters and rows`() throws {
    let names = ["waves", "dots"]
    let styles = names.map {
      StyleSource(description: StyleDescription(name: $0), painting: SmallRun.styles[0].painting)
    }
    let trainer = try StyleTrainer(
      from: model, styles: styles, settings: SmallRun.settings,
      lossNetwork: FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32)
    let start = trainer.model
    #expect(start.fingerprint == model.fingerprint)
    #expect(start.bank.names == names + ["photo"])
    #expect(row("waves", of: start) == row("waves", of: model))
    #expect(row("photo", of: start) == row("photo", of: model))
    #expect(row("dots", of: start) == Self.meanRow)

    _ = try trainer.step(SmallRun.batch(0))
    #expect(trainer.model.fingerprint != model.fingerprint)
    try trainer.saveState(to: folder.file("state"))
    let resumed = try StyleTrainer(
      resuming: folder.file("state"), styles: styles, settings: SmallRun.settings,
      lossNetwork: FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32)
    #expect(resumed.model.trainingSettings["from"] == model.fingerprint)
    #expect(resumed.model.trainingSettings["completed_steps"] == "1")
  }

  // MARK: What rows are added to

  private static let architecture = TransformArchitecture(widths: [4, 6, 8], residualBlocks: 1)

  /// A model with the row `photo` amidst its styles.
  private static let model = {
    let length = architecture.styleLength
    func rows(_ factor: Float) -> Tensor {
      Tensor(
        (0..<3 * length).map { factor * Float($0 % 17 + $0 / length) / 16 }, shape: [3, length])
    }
    return StyleModel(
      network: TransformNetwork(architecture: architecture, seed: 5),
      bank: StyleBank(names: ["leaves", "photo", "waves"], scale: rows(1), shift: rows(-0.5)),
      styles: ["leaves", "waves"].map { StyleDescription(name: $0) },
      trainingSettings: ["steps": "77"])
  }()

  private static let meanRow = {
    let length = architecture.styleLength
    return [model.bank.scale, model.bank.shift].flatMap { tensor in
      let scalars = tensor.scalars
      return (0..<length).map { (scalars[$0] + scalars[2 * length + $0]) / 2 }
    }
  }()

  /// γ and β, one after the other.
  private func row(_ name: String, of model: StyleModel) -> [Float]? {
    let tensors = model.namedTensors.tensors
    return tensors["style.\(name).gamma"].flatMap { gamma in
      tensors["style.\(name).beta"].map { gamma.scalars + $0.scalars }
    }
  }

  private func adding(
    _ styles: [StyleSource] = SmallRun.styles, blendSteps: Int = 0
  ) throws -> StyleTrainer {
    try StyleTrainer(
      adding: styles, to: model, settings: SmallRun.settings, blendSteps: blendSteps,
      lossNetwork: FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32)
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
  }
}
