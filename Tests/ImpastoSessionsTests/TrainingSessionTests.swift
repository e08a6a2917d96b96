import Foundation
import ImpastoSessions
import ImpastoTraining
import TestSupport
import Testing

struct TrainingSessionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.makePaintingsAndPhotos()
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: name)) }

  @Test func `a run that a callback stops saves and goes on to the same bytes`() throws {
    let lossNetwork = try FormulaLossNetwork.shared.get()
    let whole = try TrainingSession(folder.plan("whole.safetensors"), lossNetwork: lossNetwork)
    try whole.run()
    #expect(whole.isFinished && whole.losses?.step == 4)

    var steps = 0
    do {
      let first = try TrainingSession(folder.plan("parts.safetensors"), lossNetwork: lossNetwork)
      try first.run(while: { steps < 2 }) { event in
        if case .step(let losses, _) = event { steps = losses.step }
      }
      #expect(!first.isFinished && first.trainer.completedSteps == 2 && !first.isResumed)
    }
    let second = try TrainingSession(
      folder.plan("parts.safetensors", resumes: true), lossNetwork: lossNetwork)
    #expect(second.isResumed && second.trainer.completedSteps == 2)
    try second.run()
    #expect(second.isFinished)
    #expect(try bytes(second.plan.output) == bytes(whole.plan.output))
    #expect(try bytes(second.folder.state) == bytes(whole.folder.state))
  }

  @Test func `photos that are smaller than the squares are named before the first step`() throws {
    let lossNetwork = try FormulaLossNetwork.shared.get()
    let small = try TrainingSession(folder.plan("a.safetensors"), lossNetwork: lossNetwork)
    #expect(small.warnings.isEmpty)
    // The photos are 60 to 68 pixels wide and 66 high.
    let settings = TrainingSettings(steps: 1, batchSize: 1, imageSize: 68, styleSize: 32)
    let large = try TrainingSession(
      folder.plan("b.safetensors", settings: settings), lossNetwork: lossNetwork)
    let photos = folder.file("photos")
    #expect(
      large.warnings == [
        """
        \(photos): 8 of 8 photos looked at have fewer than 68 pixels on a side and are enlarged to \
        squares of 68²; take larger photos or smaller squares
        """
      ])
  }

  @Test func `a batch that the memory has no room for is refused before the first step`() throws {
    let stage = TrainingStage(imageSize: 2048, steps: 4, batchSize: 1024)
    let plan = try folder.plan(
      "m.safetensors", settings: TrainingSettings(schedule: [stage], styleSize: 32))
    let lossNetwork = try FormulaLossNetwork.shared.get()
    let error = #expect(throws: SessionError.self) {
      try TrainingSession(plan, lossNetwork: lossNetwork)
    }
    guard case .batchTooLarge("batch-size", stage, let needed, let free, let maximum) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(needed > free && maximum < 1024)
    #expect(!FileManager.default.fileExists(atPath: folder.file("m.training")))
  }

  @Test func `a run that is stopped before its first step leaves nothing behind`() throws {
    let session = try TrainingSession(
      folder.plan("m.safetensors"), lossNetwork: FormulaLossNetwork.shared.get())
    try session.run(while: { false })
    #expect(session.trainer.completedSteps == 0)
    #expect(folder.names == ["photos", "styles"])
  }

  @Test func `one folder is for one run at a time, and an earlier run is not replaced`() throws {
    let lossNetwork = try FormulaLossNetwork.shared.get()
    func begin() throws -> TrainingSession {
      try TrainingSession(folder.plan("m.safetensors"), lossNetwork: lossNetwork)
    }
    let path = folder.file("m.training")
    do {
      let session = try begin()
      #expect {
        try begin()
      } throws: {
        guard case SessionError.inUse(path, _, "training into it", "output") = $0 else {
          return false
        }
        return true
      }
      try session.run()
    }
    #expect(throws: SessionError.runExists(path)) { try begin() }
  }
}
