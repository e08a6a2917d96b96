import Glibc
import ImpastoNetworks

/// The settings of a training run; runs with equal settings and data are equal.
public struct TrainingSettings: Hashable, Sendable {
  /// The stages of the run in their order, over all of which the learning rate falls.
  public var schedule: [TrainingStage]
  /// The shorter side of the paintings in pixels.
  public var styleSize: Int
  /// The weight of the content loss.
  public var contentWeight: Float
  /// The weight of the style loss.
  public var styleWeight: Float
  /// The weight of the total variation of the result.
  public var totalVariationWeight: Float
  /// The weight of what changes in a picture when its photo moves by up to three pixels.
  ///
  /// Where it is more than zero, each photo of a step is painted twice.
  public var shiftWeight: Float
  /// The length of the largest steps: Adam's for the rows; those of filters have a tenth of it as
  /// the root mean square of their changes.
  public var learningRate: Float
  /// The seed of all random choices.
  public var seed: UInt64

  /// Creates settings; the defaults give a good network.
  public init(
    schedule: [TrainingStage], styleSize: Int = 384, contentWeight: Float = 1,
    styleWeight: Float = 20, totalVariationWeight: Float = 0, shiftWeight: Float = 0,
    learningRate: Float = 8e-3, seed: UInt64 = 1
  ) {
    precondition(!schedule.isEmpty, "a run without stages")
    self.schedule = schedule
    self.styleSize = styleSize
    self.contentWeight = contentWeight
    self.styleWeight = styleWeight
    self.totalVariationWeight = totalVariationWeight
    self.shiftWeight = shiftWeight
    self.learningRate = learningRate
    self.seed = seed
  }

  /// Creates the settings of a run of one stage; the defaults give a good network.
  public init(
    steps: Int = 8000, batchSize: Int = 4, imageSize: Int = 256, styleSize: Int = 384,
    contentWeight: Float = 1, styleWeight: Float = 20, totalVariationWeight: Float = 0,
    shiftWeight: Float = 0, learningRate: Float = 8e-3, seed: UInt64 = 1
  ) {
    self.init(
      schedule: [TrainingStage(imageSize: imageSize, steps: steps, batchSize: batchSize)],
      styleSize: styleSize, contentWeight: contentWeight, styleWeight: styleWeight,
      totalVariationWeight: totalVariationWeight, shiftWeight: shiftWeight,
      learningRate: learningRate, seed: seed)
  }

  /// Settings for rows alone, which tolerate larger steps than filters do, and need fewer.
  public static let forRows = TrainingSettings(steps: 400, learningRate: 6e-2)

  /// The maximum number of steps of a run.
  static let maximumSteps = 100_000_000

  /// The number of steps in all.
  public var steps: Int { schedule.reduce(0) { $0 + $1.steps } }

  /// The height and width of the largest photos, in pixels.
  public var largestImageSize: Int { schedule.map(\.imageSize).max() ?? 0 }

  /// The stage of the step that follows on `completedSteps`, and how many steps of it were done.
  func stage(after completedSteps: Int) -> (index: Int, completedSteps: Int) {
    var (index, completed) = (0, completedSteps)
    while index < schedule.count - 1, completed >= schedule[index].steps {
      completed -= schedule[index].steps
      index += 1
    }
    return (index, completed)
  }

  /// Checks that a network can be trained with these settings.
  ///
  /// - Throws: ``TrainingError/badSetting(_:_:expected:)``.
  public func check() throws(TrainingError) {
    func weight(_ name: String, _ value: Float) throws(TrainingError) {
      try Self.require(value >= 0 && value.isFinite, name, value, "zero or more")
    }
    for stage in schedule { try stage.check() }
    try Self.require(steps <= Self.maximumSteps, "steps", steps, "1 to \(Self.maximumSteps)")
    try Self.require((32...8192).contains(styleSize), "style size", styleSize, "32 to 8192")
    try weight("content weight", contentWeight)
    try weight("style weight", styleWeight)
    try weight("total variation weight", totalVariationWeight)
    try weight("shift weight", shiftWeight)
    try Self.require(
      learningRate > 0 && learningRate.isFinite, "learning rate", learningRate, "more than zero")
  }

  static func require(
    _ isGood: Bool, _ name: String, _ value: some CustomStringConvertible, _ expected: String
  ) throws(TrainingError) {
    if !isGood { throw .badSetting(name, value.description, expected: expected) }
  }

  /// The learning rate of step `number` of the last `steps`, counted from 1: a linear rise over the
  /// first hundredth of them, then half a cosine down to a twentieth.
  ///
  /// Source: the rise from Goyal et al. 2017, the fall from Loshchilov and Hutter 2017.
  func learningRate(atStep number: Int, of steps: Int) -> Float {
    let warmUp = max(1, min(200, steps / 100))
    let rise = min(1, Float(number) / Float(warmUp))
    let progress = min(1, Float(number) / Float(max(1, steps)))
    return learningRate * rise * (0.05 + 0.95 * (1 + cos(progress * .pi)) / 2)
  }
}

extension TrainingSettings: Codable {
  private enum CodingKeys: CodingKey {
    case steps, batchSize, imageSize, schedule, styleSize, contentWeight, styleWeight
    case totalVariationWeight, shiftWeight, learningRate, seed
  }

  /// Reads settings.
  ///
  /// Those of a run of one stage have its steps, photos and size side by side with the rest, others a
  /// `schedule`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys) throws -> Value {
      try container.value(Value.self, key)
    }
    let schedule: [TrainingStage]
    if container.contains(.schedule) {
      schedule = try value(.schedule)
    } else {
      schedule = [
        TrainingStage(
          imageSize: try value(.imageSize), steps: try value(.steps),
          batchSize: try value(.batchSize))
      ]
    }
    guard !schedule.isEmpty else {
      throw DecodingError.dataCorruptedError(
        forKey: .schedule, in: container, debugDescription: "a schedule without stages")
    }
    self.init(
      schedule: schedule, styleSize: try value(.styleSize),
      contentWeight: try value(.contentWeight), styleWeight: try value(.styleWeight),
      totalVariationWeight: try value(.totalVariationWeight),
      // Older runs had none.
      shiftWeight: try container.valueIfPresent(Float.self, .shiftWeight) ?? 0,
      learningRate: try value(.learningRate), seed: try value(.seed))
  }

  /// Writes settings as ``init(from:)`` reads them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if schedule.count == 1 {
      try container.encode(schedule[0].steps, forKey: .steps)
      try container.encode(schedule[0].batchSize, forKey: .batchSize)
      try container.encode(schedule[0].imageSize, forKey: .imageSize)
    } else {
      try container.encode(schedule, forKey: .schedule)
    }
    try container.encode(styleSize, forKey: .styleSize)
    try container.encode(contentWeight, forKey: .contentWeight)
    try container.encode(styleWeight, forKey: .styleWeight)
    try container.encode(totalVariationWeight, forKey: .totalVariationWeight)
    try container.encode(shiftWeight, forKey: .shiftWeight)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(seed, forKey: .seed)
  }
}
