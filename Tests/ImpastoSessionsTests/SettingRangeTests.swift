import ImpastoImaging
import ImpastoNetworks
import ImpastoSessions
import TestSupport
import Testing

/// Numbers that a session cannot have are thrown, and name the setting.
struct SettingRangeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.makePaintingsAndPhotos()
    try folder.makeModel("m.safetensors")
  }

  @Test func `an evaluation has counts and sizes`() throws {
    try expect("photos 0: expected 1 or more") { $0.photos = 0 }
    try expect("shown photos 0: expected 1 or more") { $0.shownPhotos = 0 }
    try expect("against 1001: expected a number from 1 to 1000") { $0.iterations = 1001 }
    try expect("image size 63: expected a number from 64 to 1024") { $0.photoSize = 63 }
    try expect("style size 2049: expected a number from 32 to 2048") { $0.styleSize = 2049 }
    try expect("sizes 63: expected a number from 64 to 16384") { $0.sizes = [512, 63] }
  }

  private func expect(_ words: String, _ change: (inout EvaluationPlan) -> Void) throws {
    var plan = EvaluationPlan(
      model: folder.file("m.safetensors"), styles: folder.file("styles"),
      content: folder.file("photos"))
    change(&plan)
    let error = #expect(throws: SessionError.self) { try EvaluationSession(plan) }
    #expect(error?.description == words)
  }

  @Test func `a run saves after steps`() throws {
    var saving = TrainingPlan.Saving(steps: 0)
    var error = #expect(throws: SessionError.self) { try saving.check() }
    #expect(error?.description == "checkpoint every 0: expected 1 or more")
    saving = TrainingPlan.Saving(previewSteps: -1)
    error = #expect(throws: SessionError.self) { try saving.check() }
    #expect(error?.description == "preview every -1: expected 1 or more")
  }

  @Test func `strokes and photos have sizes`() throws {
    var error = #expect(throws: SessionError.self) { try PaintingSettings.check(strokeSize: 0.01) }
    #expect(error?.description == "stroke size 0.01: expected a number from 0.02 to 4")
    let reader = try ImageReader(contentsOf: folder.file("photos/1.png"))
    error = #expect(throws: SessionError.self) {
      try OpenedPhoto(reader, name: "1.png", size: 15)
    }
    #expect(error?.description == "size 15: expected a number from 16 to 16384")
  }
}
