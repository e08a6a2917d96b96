import Foundation
import ImpastoSessions
import ImpastoTraining
import Synchronization
import TestSupport
import Testing

struct EvaluationSessionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.makePaintingsAndPhotos()
    try folder.makeModel("m.safetensors")
  }

  private func plan() -> EvaluationPlan {
    var plan = EvaluationPlan(
      model: folder.file("m.safetensors"), styles: folder.file("styles"),
      content: folder.file("photos"))
    (plan.photos, plan.photoSize, plan.styleSize) = (3, 64, 32)
    plan.compute = ComputeSettings(precision: .f32)
    plan.output = folder.file("measured.json")
    return plan
  }

  @Test func `a session tells how far it is, and measures every photo in every style`() throws {
    let session = try EvaluationSession(
      plan(), lossNetwork: FormulaLossNetwork.shared.get())
    var told: [(done: Int, total: Int, title: String)] = []
    try session.run(while: { true }) { told.append(($0, $1, $2)) }
    let titles = ["photos of one grey in dots", "photos of one grey in waves"]
    #expect(told.map(\.title) == titles + ["1.png", "4.png", "7.png"])
    #expect(told.map(\.done) == [0, 2, 4, 8, 12] && told.allSatisfy { $0.total == 16 })
    let evaluation = session.evaluation
    #expect(evaluation.isFinished && evaluation.photoCount == 3)
    #expect(evaluation.styles.map(\.name) == ["dots", "waves"])
    #expect(
      evaluation.styles.allSatisfy { $0.samples.map(\.photo) == ["1.png", "4.png", "7.png"] })
  }

  @Test func `the shown photos are painted at all sizes that they have, and moved`() throws {
    try folder.makePicture("photos/7.png", width: 140, height: 130)
    var plan = plan()
    (plan.sizes, plan.movesPhotos, plan.shownPhotos) = ([80, 128], true, 2)
    let session = try EvaluationSession(plan, lossNetwork: FormulaLossNetwork.shared.get())
    var told: [(done: Int, total: Int, title: String)] = []
    try session.run(while: { true }) { told.append(($0, $1, $2)) }
    let evaluation = session.evaluation
    #expect(evaluation.isFinished && evaluation.photoRowPSNR.count == 3)
    let shown = evaluation.styles[0].shifts.map(\.photo)
    #expect(shown.count == 2 && shown.contains("7.png"))
    for style in evaluation.styles {
      #expect(style.shifts.map(\.photo) == shown)
      #expect(style.shifts.allSatisfy { $0.differences.allSatisfy { $0 > 0 } })
      // One photo has 128 pixels and more, none of the others 80.
      #expect(style.sizes.map(\.photo) == ["7.png", "7.png"])
      #expect(style.sizes.map(\.size) == [80, 128])
      let ratio = try #require(style.styleRatio(atSize: 128))
      let small = try #require(style.samples.first { $0.photo == "7.png" }).network.style
      #expect(abs(ratio - style.sizes[1].style / small) <= 1e-5 * ratio)
    }
    #expect(told.allSatisfy { $0.total == 32 } && told.last?.done == 28)
    #expect(told.last?.title == "7.png in waves, large")
  }

  @Test func `a shown photo is measured as it was read at the beginning`() throws {
    var plan = plan()
    (plan.shownPhotos, plan.iterations, plan.report) = (2, 1, folder.file("page.html"))
    let session = try EvaluationSession(plan, lossNetwork: FormulaLossNetwork.shared.get())
    try Data("no photo".utf8).write(to: folder.url("photos/1.png"))
    try session.run()
    let evaluation = session.evaluation
    #expect(evaluation.isFinished && evaluation.photoCount == 3)
    let page = try String(contentsOf: folder.url("page.html"), encoding: .utf8)
    #expect(page.matches(of: /<figcaption>1\.png</).count == 2)
  }

  @Test func `a session that a callback stops has measured whole photos and written them`() throws {
    let session = try EvaluationSession(
      plan(), lossNetwork: FormulaLossNetwork.shared.get())
    let begun = Atomic(0)
    try session.run(while: { begun.load(ordering: .relaxed) < 4 }) { _, _, _ in
      begun.add(1, ordering: .relaxed)
    }
    #expect(!session.evaluation.isFinished && session.evaluation.photoCount == 1)
    #expect(FileManager.default.fileExists(atPath: folder.file("measured.json")))
  }
}
