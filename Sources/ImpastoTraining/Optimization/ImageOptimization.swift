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
  private let optimizer: ScaledOptimizer<PerceptualObjective>

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
    try photo.check("the photo")
    let sizes = try settings.sizes(width: photo.width, height: photo.height)
    let loss = PerceptualLoss(
      network: lossNetwork, backend: backend, scalarType: scalarType, terms: settings.terms)
    let image: Image =
      switch start {
      case .photo: photo
      case .noise: .noise(width: sizes[0].width, height: sizes[0].height, seed: settings.seed)
      case .image(let image): image
      }
    optimizer = try ScaledOptimizer(sizes: sizes, from: image, settings: settings) {
      width, height throws(TrainingError) in
      let style = try Self.style(
        of: paintings, size: settings.styleSize(width: width, height: height), loss: loss)
      return PerceptualObjective(
        photo: photo.resized(width: width, height: height), style: style, loss: loss)
    }
  }

  private static func style(
    of paintings: [WeightedPainting], size: Int, loss: PerceptualLoss
  ) throws(TrainingError) -> PerceptualLoss.StyleTarget {
    var targets: [(PerceptualLoss.StyleTarget, weight: Float)] = []
    for (index, weighted) in paintings.enumerated() {
      try weighted.painting.check("painting \(index + 1)")
      targets.append((loss.target(of: weighted.painting.scaledForTarget(size)), weighted.weight))
    }
    return loss.blend(of: targets)
  }
}

extension ImageOptimization: PixelOptimization {
  public var sizes: [(width: Int, height: Int)] { optimizer.sizes }
  public var scale: Int { optimizer.scale }
  public var iterations: Int { settings.iterations }
  public var completedIterations: Int { optimizer.completedIterations }
  public var evaluations: Int { optimizer.evaluations }
  public var isFinished: Bool { optimizer.isFinished }
  public var losses: PictureLosses { optimizer.losses }
  public var endLosses: [PictureLosses] { optimizer.endLosses }
  public var picture: Image { optimizer.picture }
  public func step() throws(TrainingError) { try optimizer.step() }
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
