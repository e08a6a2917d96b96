import ImpastoNetworks
import ImpastoTensors
import ImpastoTraining
import Testing

/// The memory that a step takes, beside what was measured of the program with `time`.
struct TrainingMemoryTests {
  private func megabytes(
    _ stage: TrainingStage, _ architecture: TransformArchitecture = .published,
    isBrief: Bool = true, shiftWeight: Float = 0
  ) -> Int {
    var settings = TrainingSettings()
    settings.shiftWeight = shiftWeight
    return settings.bytes(
      of: stage, architecture: architecture, scalarType: isBrief ? .bfloat16 : .float32)
      / 1_000_000
  }

  @Test func `estimates are near what the program took`() {
    for (size, batch, isBrief, measured) in [
      (128, 2, true, 458), (128, 8, true, 734), (256, 4, true, 1100),
      (128, 2, false, 668), (128, 8, false, 1194), (256, 4, false, 1886),
    ] {
      let stage = TrainingStage(imageSize: size, steps: 2, batchSize: batch)
      let estimate = megabytes(stage, isBrief: isBrief)
      #expect(abs(estimate - measured) * 100 <= 12 * measured, "\(stage): \(estimate) MB")
    }
    let stage = TrainingStage(imageSize: 128, steps: 2, batchSize: 4)
    let twice = TrainingStage(imageSize: 128, steps: 2, batchSize: 8)
    #expect(megabytes(stage, shiftWeight: 5) == megabytes(twice))
  }

  @Test func `the largest batch fits, and one photo more does not`() {
    let (settings, allowed) = (TrainingSettings(), 8_000_000_000)
    let stage = TrainingStage(imageSize: 256, steps: 1, batchSize: 1)
    func fits(_ count: Int) -> Bool {
      let stage = TrainingStage(imageSize: 256, steps: 1, batchSize: count)
      return settings.bytes(of: stage, architecture: .published, scalarType: .float32) <= allowed
    }
    let most = settings.maximumBatchSize(
      of: stage, architecture: .published, scalarType: .float32, bytes: allowed)
    #expect(most > 1 && fits(most) && !fits(most + 1))
    let none = settings.maximumBatchSize(
      of: stage, architecture: .published, scalarType: .float32, bytes: 1_000_000)
    #expect(none == 0)
  }
}
