import ImpastoTraining

/// The outcome of an optimisation of pixels.
public struct OptimizationOutcome<Losses: Encodable & Sendable>: Sendable {
  /// The work that was done at one scale.
  public struct Scale: Encodable, Sendable {
    /// The size of the picture in pixels.
    public let width, height: Int
    /// The steps that were done.
    public internal(set) var iterations = 0
    /// The losses before the first step.
    public let start: Losses
    /// The losses at the best picture.
    public internal(set) var end: Losses
    var time = Duration.zero

    private enum CodingKeys: String, CodingKey { case width, height, iterations, start, end }
  }

  /// The steps that were done at all scales.
  public internal(set) var iterations = 0
  /// The number of evaluations of the objective and its gradient.
  public internal(set) var evaluations = 0
  /// Indicates whether all was done; otherwise it was stopped.
  public internal(set) var isFinished = false
  /// The work at each scale that was begun.
  public internal(set) var scales: [Scale] = []
  /// The time that was spent on steps.
  public var computeTime: Duration { scales.map(\.time).reduce(.zero, +) }
  /// The folder and the animation with the pictures of the progress.
  public internal(set) var progress: (folder: String, animation: String)?

  /// Indicates whether there is a picture: before the first step there is none to keep.
  public var hasPicture: Bool { iterations > 0 || isFinished }

  /// The seconds that a step at the present scale takes; nil before the first.
  public var secondsEach: Double? {
    guard let scale = scales.last, scale.iterations > 0 else { return nil }
    return scale.time.inSeconds / Double(scale.iterations)
  }

  /// The share of all work that is done: a step takes as long as its picture has pixels.
  func work(_ sizes: [(width: Int, height: Int)], iterations: Int) -> Double {
    let pixels = sizes.map { Double($0.width * $0.height) }
    guard let last = scales.last else { return 0 }
    // Earlier scales are over, even where they ended early.
    let share = Double(last.iterations) / Double(iterations)
    let scale = scales.count - 1
    return (pixels[..<scale].reduce(0, +) + share * pixels[scale]) / pixels.reduce(0, +)
  }
}

/// The progress of an optimisation after a step.
public struct OptimizationProgress<Losses: Encodable & Sendable>: Sendable {
  /// The outcome so far.
  public let outcome: OptimizationOutcome<Losses>
  /// The losses at the best picture so far.
  public let losses: Losses
  /// The share of all work that is done, 0 to 1.
  public let work: Double
}
