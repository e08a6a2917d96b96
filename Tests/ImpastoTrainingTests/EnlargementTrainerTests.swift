import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

@Suite struct EnlargementTrainerTests {
  private let settings = EnlargementSettings(
    steps: 3, looksSteps: 3, batchSize: 2, imageSize: 32, seed: 3)

  private func trainer(
    _ settings: EnlargementSettings, type: ScalarType = .float32
  ) throws -> EnlargementTrainer {
    try EnlargementTrainer(
      settings: settings, lossNetwork: FormulaLossNetwork.shared.get(), backend: OneDNNBackend(),
      scalarType: type)
  }

  private func weights(_ network: TransformNetwork) -> [[Float]] {
    network.parameters.flatMap { [$0.filter.weights.scalars, $0.shift?.scalars ?? []] }
  }

  @Test func `a run first trains for fidelity, then from there for looks`() throws {
    let trainer = try trainer(settings)
    for step in 0..<3 {
      let record = try trainer.step(SmallRun.batch(step, count: 2))
      #expect(record.content == nil && record.photo == record.total)
    }
    let fidelity = weights(trainer.model.fidelity)
    #expect(trainer.model.looks == nil)
    for step in 3..<6 {
      let record = try trainer.step(SmallRun.batch(step, count: 2))
      #expect(try #require(record.content) > 0)
    }
    #expect(weights(trainer.model.fidelity) == fidelity)
    #expect(try weights(#require(trainer.model.looks)) != fidelity)
    #expect(trainer.model.trainingSettings["completed_steps"] == "6")
  }

  @Test func `errors fall`() throws {
    for type in ScalarType.allCases where OneDNNBackend().supports(type) {
      var settings = settings
      settings.steps = 40
      let trainer = try trainer(settings, type: type)
      let batch = SmallRun.batch(0, count: 2)
      let errors = try (0..<40).map { _ in try #require(trainer.step(batch).photo) }
      #expect(errors[39] < 0.9 * errors[0], "\(type) \(errors[0]) to \(errors[39])")
    }
  }

  @Test(arguments: [2, 3, 4])
  func `a resumed run goes on bit for bit`(saved: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("state.safetensors")
    let whole = try trainer(settings)
    var part = try trainer(settings)
    for step in 0..<6 {
      let batch = SmallRun.batch(step, count: 2)
      if step == saved {
        try part.saveState(to: path)
        part = try EnlargementTrainer(
          resuming: path, settings: settings, lossNetwork: FormulaLossNetwork.shared.get(),
          backend: OneDNNBackend(), scalarType: .float32)
        #expect(part.completedSteps == saved)
      }
      #expect(try part.step(batch) == whole.step(batch))
    }
    #expect(try weights(#require(part.model.looks)) == weights(#require(whole.model.looks)))
    #expect(weights(part.model.fidelity) == weights(whole.model.fidelity))
  }

  @Test func `a state of another number of steps is refused`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("state.safetensors")
    let trainer = try trainer(settings)
    for step in 0..<4 { try trainer.step(SmallRun.batch(step, count: 2)) }
    try trainer.saveState(to: path)
    var settings = settings
    settings.steps = 4
    #expect(
      throws: TrainingError.badState(
        path, reason: "it has done 4 steps, the last of them for looks")
    ) {
      try EnlargementTrainer(
        resuming: path, settings: settings, lossNetwork: FormulaLossNetwork.shared.get(),
        backend: OneDNNBackend(), scalarType: .float32)
    }
  }

  @Test func `faults are drawn by the seed, one photo in three having none`() throws {
    let drawn = (0..<600).map { index in
      var random = RandomSource(seed: 1, path: [UInt64(index)])
      return Degradation(using: &random)
    }
    let plain = drawn.count { $0.softness == 1 && $0.noise == 0 && $0.quality == nil }
    // And an eighth of the others.
    #expect((200...300).contains(plain), "\(plain)")
    #expect(drawn.allSatisfy { (1...1.6).contains($0.softness) && (0...6).contains($0.noise) })
    #expect(drawn.allSatisfy { $0.quality.map((50...95).contains) ?? true })
    #expect(Set(drawn.map(\.softness)).count > 150 && Set(drawn.map(\.quality)).count > 30)

    let picture = SmallRun.image(width: 32, height: 32) { x, y in (x * x + 7 * y) % 256 }
    for index in 0..<20 {
      func photo() throws -> Image {
        var random = RandomSource(seed: 1, path: [UInt64(index)])
        let degradation = Degradation(using: &random)
        return try degradation.photo(of: picture, scale: 4, using: &random)
      }
      let first = try photo()
      #expect(first.width == 8 && first.height == 8)
      #expect(try photo() == first)
    }
  }

  @Test func `settings that no run can have are refused`() {
    for (change, message) in [
      ({ $0.steps = 0 }, "steps 0: 1 to 50000000 is expected"),
      ({ $0.looksSteps = -1 }, "looks steps -1: 0 to 50000000 is expected"),
      ({ $0.batchSize = 0 }, "batch size 0: 1 to 256 is expected"),
      ({ $0.imageSize = 34 }, "image size 34: a multiple of 4 from 32 to 1024 is expected"),
      ({ $0.learningRate = .nan }, "learning rate nan: more than zero is expected"),
    ] as [((inout EnlargementSettings) -> Void, String)] {
      var settings = settings
      change(&settings)
      let error = #expect(throws: TrainingError.self) { try settings.check() }
      #expect(error?.description == message)
    }
  }
}
