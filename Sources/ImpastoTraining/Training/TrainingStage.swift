/// Some steps of a run that take as many photos each, of one size.
public struct TrainingStage: Codable, Hashable, Sendable {
  /// The height and width of the photos in pixels, a multiple of 4 and at least 32.
  public var imageSize: Int
  /// The number of steps.
  public var steps: Int
  /// Photos per step.
  public var batchSize: Int

  /// Creates a stage.
  public init(imageSize: Int, steps: Int, batchSize: Int) {
    self.imageSize = imageSize
    self.steps = steps
    self.batchSize = batchSize
  }

  /// Checks that a network can be trained so.
  func check() throws(TrainingError) {
    try TrainingSettings.require(
      (1...TrainingSettings.maximumSteps).contains(steps), "steps", steps,
      "1 to \(TrainingSettings.maximumSteps)")
    try TrainingSettings.require(
      (1...1024).contains(batchSize), "batch size", batchSize, "1 to 1024")
    try TrainingSettings.require(
      (32...8192).contains(imageSize) && imageSize % 4 == 0, "image size", imageSize,
      "a multiple of 4 from 32 to 8192")
  }
}

extension TrainingStage: CustomStringConvertible {
  /// The stage as `impasto train --schedule` takes it: `256:1500x2`.
  public var description: String { "\(imageSize):\(steps)x\(batchSize)" }

  /// Reads a stage as its ``description`` is written, or gives nil.
  ///
  /// - Parameters:
  ///   - batchSize: Photos per step where the text has no number of them.
  public init?(_ text: some StringProtocol, batchSize: Int) {
    guard let parts = String(text).wholeMatch(of: #/(\d+):(\d+)(?:x(\d+))?/#)?.output,
      let imageSize = Int(parts.1), let steps = Int(parts.2)
    else { return nil }
    self.init(imageSize: imageSize, steps: steps, batchSize: batchSize)
    guard let count = parts.3 else { return }
    guard let count = Int(count) else { return nil }
    self.batchSize = count
  }
}
