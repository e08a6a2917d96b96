import Glibc

/// The settings of a training run; runs with equal settings and data are equal.
public struct TrainingSettings: Codable, Hashable, Sendable {
  /// The number of steps in all; the learning rate falls towards the last.
  public var steps: Int
  /// Photos per step.
  public var batchSize: Int
  /// The height and width of the photos in pixels, a multiple of 4 and at least 32.
  public var imageSize: Int
  /// The shorter side of the paintings in pixels.
  public var styleSize: Int
  /// The weight of the content loss.
  public var contentWeight: Float
  /// The weight of the style loss.
  public var styleWeight: Float
  /// The weight of the total variation of the result.
  public var totalVariationWeight: Float
  /// The length of the largest steps: Adam's for the rows; those of filters have a tenth of it as
  /// the root mean square of their changes.
  public var learningRate: Float
  /// The seed of all random choices.
  public var seed: UInt64

  /// Creates settings; the defaults give a good network.
  public init(
    steps: Int = 8000, batchSize: Int = 4, imageSize: Int = 256, styleSize: Int = 384,
    contentWeight: Float = 1, styleWeight: Float = 20, totalVariationWeight: Float = 0,
    learningRate: Float = 8e-3, seed: UInt64 = 1
  ) {
    self.steps = steps
    self.batchSize = batchSize
    self.imageSize = imageSize
    self.styleSize = styleSize
    self.contentWeight = contentWeight
    self.styleWeight = styleWeight
    self.totalVariationWeight = totalVariationWeight
    self.learningRate = learningRate
    self.seed = seed
  }

  /// Settings for rows alone, which tolerate larger steps than filters do, and need fewer.
  public static let forRows = TrainingSettings(steps: 400, learningRate: 6e-2)

  /// The maximum number of steps of a run.
  static let maximumSteps = 100_000_000

  /// Checks that a network can be trained with these settings.
  ///
  /// - Throws: ``TrainingError/badSetting(_:_:expected:)``.
  public func check() throws(TrainingError) {
    func require(
      _ isGood: Bool, _ name: String, _ value: some CustomStringConvertible, _ expected: String
    ) throws(TrainingError) {
      if !isGood { throw .badSetting(name, value.description, expected: expected) }
    }
    func weight(_ name: String, _ value: Float) throws(TrainingError) {
      try require(value >= 0 && value.isFinite, name, value, "zero or more")
    }
    try require(
      (1...Self.maximumSteps).contains(steps), "steps", steps, "1 to \(Self.maximumSteps)")
    try require((1...1024).contains(batchSize), "batch size", batchSize, "1 to 1024")
    try require(
      (32...8192).contains(imageSize) && imageSize % 4 == 0, "image size", imageSize,
      "a multiple of 4 from 32 to 8192")
    try require((32...8192).contains(styleSize), "style size", styleSize, "32 to 8192")
    try weight("content weight", contentWeight)
    try weight("style weight", styleWeight)
    try weight("total variation weight", totalVariationWeight)
    try require(
      learningRate > 0 && learningRate.isFinite, "learning rate", learningRate, "more than zero")
  }

  /// The learning rate of step `number`, counted from 1: a linear rise over the first hundredth of
  /// the run, then half a cosine down to a twentieth.
  ///
  /// Source: the rise from Goyal et al. 2017, the fall from Loshchilov and Hutter 2017.
  func learningRate(atStep number: Int) -> Float {
    let warmUp = max(1, min(200, steps / 100))
    let rise = min(1, Float(number) / Float(warmUp))
    let progress = min(1, Float(number) / Float(max(1, steps)))
    return learningRate * rise * (0.05 + 0.95 * (1 + cos(progress * .pi)) / 2)
  }
}
