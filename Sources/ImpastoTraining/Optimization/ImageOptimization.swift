public import ImpastoCompute
public import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTensors

/// Paints a photo in the style of paintings by changing its pixels, from small sizes to large.
///
/// ```swift
/// let optimization = try ImageOptimization(
///   of: Image(contentsOf: "photo.jpg"), in: [.init(Image(contentsOf: "Styles/great-wave.jpg"))],
///   settings: OptimizationSettings(iterations: 20), lossNetwork: VGG19(),
///   backend: OneDNNBackend(threads: .available), scalarType: .float32)
/// while !optimization.isFinished { try optimization.step() }
/// try optimization.picture.write(to: "out.png")
/// ```
///
/// At each scale the photo and the paintings are scaled alike and the pixels moved until the steps
/// are done; what comes out, enlarged, is where the next scale begins. Strokes are thus laid out
/// where they can be seen whole, and refined where they can be seen sharp.
///
/// Source: Gatys, Ecker, Bethge 2015; the scales as in Gatys, Ecker, Bethge, Hertzmann, Shechtman
/// 2017, section 6.
public final class ImageOptimization {
  /// A painting and the weight of its style against the others'.
  public struct WeightedPainting: Sendable {
    /// At its full size.
    public let painting: Image
    /// More than zero.
    public let weight: Float

    /// Creates a weighted painting.
    public init(_ painting: Image, weight: Float = 1) {
      self.painting = painting
      self.weight = weight
    }
  }

  /// The pixels to begin with.
  public enum Start: Sendable {
    /// With the photo.
    case photo
    /// With levels drawn evenly from the seed.
    case noise
    /// With another picture, scaled to the photo's size.
    case image(Image)
  }

  /// The settings of the optimisation.
  public let settings: OptimizationSettings
  /// The width and height at each scale, the photo's own last.
  public let sizes: [(width: Int, height: Int)]
  /// The scale that is worked at, from 0.
  public private(set) var scale = 0
  /// The steps done so far at all scales.
  public private(set) var completedIterations = 0
  /// Indicates whether there is nothing left to do.
  public private(set) var isFinished = false

  private let photo: Image
  private let paintings: [WeightedPainting]
  private let loss: PerceptualLoss
  private var optimizer: ImageOptimizer
  /// Those of the scales that are done.
  private var earlierEvaluations = 0

  /// Prepares an optimisation.
  ///
  /// - Parameters:
  ///   - photo: At the size that the picture is to have.
  ///   - paintings: One or more, of any size.
  /// - Throws: ``TrainingError`` where the settings cannot be used, a picture is too small, or the
  ///   first losses are not finite.
  public init(
    of photo: Image, in paintings: [WeightedPainting], from start: Start = .photo,
    settings: OptimizationSettings = OptimizationSettings(), lossNetwork: VGG19,
    backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    try settings.check()
    guard !paintings.isEmpty else { throw .noPaintings }
    for weight in paintings.map(\.weight) where !(weight > 0 && weight.isFinite) {
      throw .badSetting("painting weight", "\(weight)", expected: "more than zero")
    }
    self.settings = settings
    self.photo = photo
    self.paintings = paintings
    try photo.check("the photo")
    sizes = try settings.sizes(width: photo.width, height: photo.height)
    loss = PerceptualLoss(
      network: lossNetwork, backend: backend, scalarType: scalarType, terms: settings.terms)
    let (width, height) = sizes[0]
    let image: Image =
      switch start {
      case .photo: photo.resized(width: width, height: height)
      case .noise: .noise(width: width, height: height, seed: settings.seed)
      case .image(let image): image.resized(width: width, height: height)
      }
    optimizer = try Self.optimizer(
      from: image, photo: photo, paintings: paintings, settings: settings, loss: loss)
  }

  /// The lowest losses so far at the present scale.
  public var losses: PictureLosses { optimizer.losses }

  /// The number of evaluations of losses and gradient so far at all scales.
  public var evaluations: Int { earlierEvaluations + optimizer.evaluations }

  /// The picture of the lowest losses so far, enlarged to the photo's size where that is not
  /// reached.
  public var picture: Image {
    optimizer.picture.resized(width: photo.width, height: photo.height)
  }

  /// Does one step, unless all are done.
  ///
  /// The steps at a scale end early where no lower loss can be found.
  ///
  /// - Throws: ``TrainingError/pixelsDiverged(iteration:)`` where a loss is not finite; ``picture``
  ///   is then what it was before.
  public func step() throws(TrainingError) {
    guard !isFinished else { return }
    let isDone = try !optimizer.step()
    if !isDone { completedIterations += 1 }
    guard isDone || optimizer.completedIterations == settings.iterations else { return }
    if scale + 1 < sizes.count {
      try enlarge()
    } else {
      isFinished = true
    }
  }

  private func enlarge() throws(TrainingError) {
    let (width, height) = sizes[scale + 1]
    let next = try Self.optimizer(
      from: optimizer.picture.resized(width: width, height: height), photo: photo,
      paintings: paintings, settings: settings, loss: loss)
    scale += 1
    earlierEvaluations += optimizer.evaluations
    optimizer = next
  }

  private static func optimizer(
    from image: Image, photo: Image, paintings: [WeightedPainting],
    settings: OptimizationSettings, loss: PerceptualLoss
  ) throws(TrainingError) -> ImageOptimizer {
    let styleSize = settings.styleSize(width: image.width, height: image.height)
    var targets: [(PerceptualLoss.StyleTarget, weight: Float)] = []
    for (index, weighted) in paintings.enumerated() {
      try weighted.painting.check("painting \(index + 1)")
      let target = loss.target(of: weighted.painting.scaledForTarget(styleSize))
      targets.append((target, weighted.weight))
    }
    // A painting may be larger than the picture, whose features fit into no block of its own.
    TensorMemory.releaseFreeBlocks()
    return try ImageOptimizer(
      of: photo.resized(width: image.width, height: image.height), in: loss.blend(of: targets),
      from: image, loss: loss, method: settings.method, learningRate: settings.learningRate)
  }
}

extension Image {
  /// A picture whose levels are drawn evenly.
  static func noise(width: Int, height: Int, seed: UInt64) -> Image {
    var random = RandomSource(seed: seed, path: [0x6E6F_6973_65 /* "noise" */])
    let pixels = (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: random.next() >> 56)
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}
