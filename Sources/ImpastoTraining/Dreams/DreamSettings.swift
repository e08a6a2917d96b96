public import ImpastoNetworks
public import ImpastoTensors

/// The settings of a dream; dreams with equal settings and photos are equal.
public struct DreamSettings: Hashable, Sendable {
  /// A part of the loss network whose responses are raised.
  public struct Target: Hashable, Sendable {
    /// The feature layer.
    public let tap: VGG19.Tap
    /// The channels, counted from 0; nil for all.
    public let channels: [Int]?
    /// The weight against the other targets.
    public let weight: Float

    /// Creates a target.
    public init(_ tap: VGG19.Tap, channels: [Int]? = nil, weight: Float = 1) {
      (self.tap, self.channels, self.weight) = (tap, channels, weight)
    }
  }

  /// The layers and channels that are raised.
  public var targets: [Target]
  /// The number of sizes, from small to large.
  public var octaves: Int
  /// The size of an octave relative to the one before.
  public var octaveScale: Float
  /// The steps at each size.
  public var iterations: Int
  /// The mean change of a pixel's level in a step, of 255.
  public var stepSize: Float
  /// The farthest that the picture is rolled before each step, in pixels along either axis.
  public var jitter: Int
  /// Indicates whether coarse and fine changes are brought to one strength.
  public var balancesDetail: Bool
  /// The pooling of the loss network.
  public var pooling: VGG19.Pooling
  /// The side of the squares that the loss network sees at once, with their margins, in pixels.
  public var tileSize: Int
  /// The seed of the rolling.
  public var seed: UInt64

  /// Creates settings; the defaults give a good picture.
  public init(
    targets: [Target] = DreamPreset.eyes.targets, octaves: Int = 4, octaveScale: Float = 1.4,
    iterations: Int = 10, stepSize: Float = 2, jitter: Int = 32, balancesDetail: Bool = true,
    pooling: VGG19.Pooling = .max, tileSize: Int = 1024, seed: UInt64 = 1
  ) {
    (self.targets, self.octaves, self.octaveScale) = (targets, octaves, octaveScale)
    (self.iterations, self.stepSize, self.jitter) = (iterations, stepSize, jitter)
    (self.balancesDetail, self.pooling) = (balancesDetail, pooling)
    (self.tileSize, self.seed) = (tileSize, seed)
  }

  /// The allowed numbers of sizes.
  public static let octaveCounts = 1...12
  /// The allowed values of ``octaveScale``.
  public static let octaveScales: ClosedRange<Float> = 1.1...2
  /// The allowed numbers of steps at each size.
  public static let iterationCounts = 1...1000
  /// The allowed values of ``stepSize``.
  public static let stepSizes: ClosedRange<Float> = 0.01...64
  /// The allowed values of ``jitter``.
  public static let jitters = 0...256
  /// The allowed values of ``tileSize``.
  public static let tileSizes = 512...8192

  /// Checks that a photo can be dreamt on with these settings.
  ///
  /// - Throws: ``TrainingError/badSetting(_:_:expected:)``.
  public func check() throws(TrainingError) {
    func check<Value: Comparable>(
      _ name: String, _ value: Value, _ range: ClosedRange<Value>
    ) throws(TrainingError) {
      guard !range.contains(value) else { return }
      throw .badSetting(
        name, "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
    }
    try check("octaves", octaves, Self.octaveCounts)
    try check("octave scale", octaveScale, Self.octaveScales)
    try check("iterations", iterations, Self.iterationCounts)
    try check("step", stepSize, Self.stepSizes)
    try check("jitter", jitter, Self.jitters)
    try check("tile size", tileSize, Self.tileSizes)
    for target in targets {
      guard target.weight > 0, target.weight.isFinite else {
        throw .badSetting(
          "layer", "\(target.tap) of weight \(target.weight)", expected: "a weight above zero")
      }
      let known = 0..<target.tap.channels
      if let wrong = target.channels?.first(where: { !known.contains($0) }) {
        throw .badSetting(
          "channel", "\(target.tap):\(wrong)", expected: "a channel from 0 to \(known.count - 1)")
      }
    }
  }

  /// The sizes of a photo at each octave, its own last.
  ///
  /// - Throws: ``TrainingError/badSetting(_:_:expected:)`` where the first would be too small.
  func sizes(width: Int, height: Int) throws(TrainingError) -> [(width: Int, height: Int)] {
    var sizes: [(width: Int, height: Int)] = []
    var factor: Float = 1
    for _ in 0..<octaves {
      sizes.append(
        (Int((Float(width) / factor).rounded()), Int((Float(height) / factor).rounded())))
      factor *= octaveScale
    }
    let least = VGG19.minimumExtent
    let large = sizes.prefix { min($0.width, $0.height) >= least }.count
    guard large == octaves else {
      throw .badSetting(
        "octaves", "\(octaves)",
        expected: "1 to \(large), so that the first has \(least)×\(least) pixels or more,")
    }
    return sizes.reversed()
  }

  /// About how many bytes of memory a dream of a picture takes.
  public func bytes(width: Int, height: Int, scalarType: ScalarType) -> Int {
    let seen = min(width, tileSize) * min(height, tileSize)
    // The pixels, what changes them, and what is made meanwhile.
    let pictures = 12 * 3 * ScalarType.float32.size
    return VGG19.weightBytes + seen * VGG19.scalarsPerPixel * scalarType.size
      + width * height * pictures
  }
}
