public import ImpastoImaging
import ImpastoNetworks
public import ImpastoTensors

/// The settings of an optimisation; optimisations with equal settings and pictures are equal.
public struct OptimizationSettings: Hashable, Sendable {
  /// The optimiser of the pixels.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// L-BFGS: along the gradient, corrected by the curvature over the last 50 steps; the loss
    /// falls at every step.
    case lbfgs
    /// Adam: momentum, with a step length of its own for each pixel; needs more steps and less
    /// memory.
    case adam
  }

  /// The terms of the loss.
  public var terms: PerceptualTerms
  /// The optimiser of the pixels.
  public var method: Method
  /// The steps at each scale.
  public var iterations: Int
  /// The number of sizes at which the picture is optimised one after the other, each twice the one
  /// before.
  ///
  /// Nil is as many as bring the longer side of the first to ``firstSide`` or less.
  public var scales: Int?
  /// The shorter side of the paintings relative to that of the picture; higher values give larger
  /// strokes.
  ///
  /// It is the same at every scale and size, as strokes are to scale with the picture.
  public var styleScale: Float
  /// The step length of Adam, in units of a pixel's range.
  public var learningRate: Float
  /// The seed of the noise.
  public var seed: UInt64

  /// Creates settings; the defaults give a good picture.
  public init(
    terms: PerceptualTerms = PerceptualTerms(), method: Method = .lbfgs, iterations: Int = 100,
    scales: Int? = nil, styleScale: Float = 1.5, learningRate: Float = 0.02, seed: UInt64 = 1
  ) {
    self.terms = terms
    self.method = method
    self.iterations = iterations
    self.scales = scales
    self.styleScale = styleScale
    self.learningRate = learningRate
    self.seed = seed
  }

  /// The most steps at each scale.
  public static let maximumIterations = 100_000
  /// The most scales.
  public static let maximumScales = 8
  /// The allowed values of ``styleScale``.
  public static let styleScales: ClosedRange<Float> = 0.25...8
  /// The longest side in pixels at which the loss network sees a stroke whole.
  public static let firstSide = 384

  /// Checks that a picture can be optimised with these settings.
  ///
  /// - Throws: ``TrainingError/badSetting(_:_:expected:)``.
  public func check() throws(TrainingError) {
    try terms.check()
    guard (1...Self.maximumIterations).contains(iterations) else {
      throw .badSetting("iterations", "\(iterations)", expected: "1 to \(Self.maximumIterations)")
    }
    if let scales, !(1...Self.maximumScales).contains(scales) {
      throw .badSetting("scales", "\(scales)", expected: "1 to \(Self.maximumScales)")
    }
    guard Self.styleScales.contains(styleScale) else {
      throw .badSetting("style scale", "\(styleScale)", expected: "0.25 to 8")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw .badSetting("learning rate", "\(learningRate)", expected: "more than zero")
    }
  }

  /// The sizes of a photo at each scale, its own last.
  ///
  /// - Throws: ``TrainingError/badSetting(_:_:expected:)`` where the first would be too small.
  func sizes(
    width: Int, height: Int, firstSide: Int = firstSide
  ) throws(TrainingError) -> [(width: Int, height: Int)] {
    func size(_ halvings: Int) -> (width: Int, height: Int) {
      (width >> halvings, height >> halvings)
    }
    func isLargeEnough(_ halvings: Int) -> Bool {
      min(width, height) >> halvings >= VGG19.minimumExtent
    }
    var halvings = 0
    if let scales {
      halvings = scales - 1
      guard isLargeEnough(halvings) else {
        let most = (0...halvings).prefix(while: isLargeEnough).count
        throw .badSetting(
          "scales", "\(scales)",
          expected: "1 to \(most), so that the first has \(VGG19.minimumExtent)×"
            + "\(VGG19.minimumExtent) pixels or more,")
      }
    } else {
      while max(width, height) >> halvings > firstSide, isLargeEnough(halvings + 1),
        halvings + 1 < Self.maximumScales
      {
        halvings += 1
      }
    }
    return (0...halvings).reversed().map(size)
  }

  /// The shorter side of paintings for a picture of this size.
  func styleSize(width: Int, height: Int) -> Int {
    Int((Float(min(width, height)) * styleScale).rounded())
  }

  /// About how many bytes of memory it takes to optimise a picture in the style of `paintings`.
  ///
  /// - Parameter regions: The number of regions that are compared one by one; 0 for the whole.
  public func bytes(
    width: Int, height: Int, paintings: [Image], scalarType: ScalarType, regions: Int = 0
  ) -> Int {
    // Paintings are measured one by one before the picture is.
    let areas = paintings.map { painting in
      let side = painting.shorterSideOfTarget(styleSize(width: width, height: height))
      let (shorter, longer) = (
        min(painting.width, painting.height), max(painting.width, painting.height)
      )
      return side * side * longer / shorter
    }
    let painting = areas.reduce(0, max) * VGG19.scalarsPerPixelWithoutGradient * scalarType.size
    // L-BFGS remembers pairs of pictures; some more are in the making.
    let pictures = (method == .lbfgs ? 2 * LBFGS.usualHistory : 0) + 10
    // Each region keeps the features of its rectangle once more: most of them, together, twice.
    let regional = min(regions, 2) * terms.styleTaps.reduce(0) { $0 + $1.tap.scalarsPerPixel }
    let features = (VGG19.scalarsPerPixel + regional) * scalarType.size
    let picture = width * height * (features + pictures * 3 * ScalarType.float32.size)
    return VGG19.weightBytes + max(painting, picture)
  }
}
