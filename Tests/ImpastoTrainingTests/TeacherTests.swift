import ImpastoCluster
import ImpastoCompute
import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining
import TestSupport
import Testing

/// A small network that learns the pictures of a trained one.
@Suite struct TeacherTests {
  private let backend = OneDNNBackend()

  /// A network of random weights.
  private func model(
    styles: [StyleSource] = SmallRun.styles, seed: UInt64 = 2
  ) throws -> StyleModel {
    var settings = SmallRun.settings
    settings.seed = seed
    return try StyleTrainer(
      styles: styles, settings: settings, architecture: .published,
      lossNetwork: FormulaLossNetwork.shared.get(), backend: backend, scalarType: .float32
    ).model
  }

  private func pupil(
    of teacher: StyleModel?, from start: StyleModel? = nil,
    settings: TrainingSettings = SmallRun.settings
  ) throws -> StyleTrainer {
    let lossNetwork = try FormulaLossNetwork.shared.get()
    if let start {
      return try StyleTrainer(
        from: start, styles: SmallRun.styles, settings: settings, lossNetwork: lossNetwork,
        teacher: teacher, backend: backend, scalarType: .float32)
    }
    return try StyleTrainer(
      styles: SmallRun.styles, settings: settings,
      architecture: TransformArchitecture(widths: [4, 4, 4], residualBlocks: 1),
      lossNetwork: lossNetwork, teacher: teacher, backend: backend, scalarType: .float32)
  }

  @Test func `a network that is its own teacher has nothing to learn but the photo`() throws {
    let teacher = try model()
    for step in 0..<6 {
      var settings = SmallRun.settings
      settings.seed = UInt64(step)
      let record = try pupil(of: teacher, from: teacher, settings: settings)
        .step(SmallRun.batch(0))
      let compared = try pupil(of: nil, from: teacher, settings: settings).step(SmallRun.batch(0))
      #expect((record.teacher ?? 0) == 0)
      #expect((record.teacher == nil) == (compared.style == nil))
      // The photo is learned by the same distance with and without a teacher.
      #expect(record.photo == compared.photo)
      #expect(compared.teacher == nil && record.perStyle.isEmpty)
      #expect(record.content == nil && record.style == nil && record.totalVariation == nil)
    }
  }

  @Test func `a network comes nearer to the pictures of its teacher`() throws {
    // A teacher that was like its pupil once: what it learned can be learned.
    let start = try pupil(of: nil).model
    let taught = try pupil(of: nil, from: start)
    for step in 0..<20 { try taught.step(SmallRun.batch(step % 5)) }
    let teacher = taught.model
    var settings = SmallRun.settings
    settings.schedule[0].steps = 200
    let pupil = try pupil(of: teacher, from: start, settings: settings)
    let distances = try (0..<200).map { try pupil.step(SmallRun.batch($0 % 5)).teacher ?? .nan }
      .filter(\.isFinite)
    let (first, last) = (distances.prefix(10), distances.suffix(10))
    #expect(last.reduce(0, +) < 0.8 * first.reduce(0, +), "\(first) became \(last)")
    #expect(pupil.model.trainingSettings["teacher"] == teacher.fingerprint)
  }

  @Test func `photo by photo the same is learned`() throws {
    let teacher = try model(seed: 7)
    for settings in [SmallRun.settings, SmallRun.stagedSettings] {
      let (whole, shared) = (
        try pupil(of: teacher, settings: settings), try pupil(of: teacher, settings: settings)
      )
      shared.share(with: .alone)
      let side = settings.shiftWeight > 0 ? 35 : 32
      let photos = (0..<3).map { photo in
        SmallRun.image(width: side, height: side) { x, y in (x * (photo + 3) + y * 5) % 256 }
      }
      let batch = TrainingBatch(step: 0, photos: photos, names: ["a", "b", "c"])
      let (expected, record) = (try whole.step(batch), try shared.step(batch))
      #expect(abs(record.total - expected.total) <= 1e-4 * expected.total)
      for (value, other) in [
        (record.teacher, expected.teacher), (record.photo, expected.photo),
        (record.shift, expected.shift),
      ] {
        #expect((value == nil) == (other == nil))
        #expect(abs((value ?? 0) - (other ?? 0)) <= 1e-4 * (other ?? 0))
      }
    }
  }

  @Test func `a teacher has to know all styles`() throws {
    let teacher = try model(styles: [SmallRun.styles[1]])
    let error = #expect(throws: TrainingError.untaught(["dots"])) { try pupil(of: teacher) }
    #expect(
      error?.description == """
        the teacher has no style dots; leave out what it does not know, or train without it
        """)
  }
}
