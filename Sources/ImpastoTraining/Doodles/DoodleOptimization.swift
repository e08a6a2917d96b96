public import ImpastoCompute
public import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTensors

/// Paints a picture by a map whose colours say which part of a painting goes where.
///
/// Each region takes the style of the parts of the same colour, from small sizes to large.
///
/// Source: Gatys, Ecker, Bethge, Hertzmann, Shechtman 2017, section 4.1; the idea of doodles as in
/// Champandard 2016. Differs from them: losses are relative to the parts' own Gram matrices, and
/// regions count by the roots of their areas.
public final class DoodleOptimization {
  /// The settings of the optimisation.
  public let settings: OptimizationSettings
  private let optimizer: ScaledOptimizer<DoodleObjective>

  /// The longest side in pixels of the first size, so that large forms are laid out first.
  public static let firstSide = 192

  /// Prepares an optimisation.
  ///
  /// - Parameters:
  ///   - width: The columns of the picture.
  ///   - height: The rows of the picture.
  ///   - photo: What is to be seen in the picture, of its size; nil for nothing but the regions.
  /// - Throws: ``TrainingError`` where the settings cannot be used, a picture is too small, or the
  ///   first losses are not finite.
  public init(
    _ maps: DoodleMaps, width: Int, height: Int, paintings: [MappedPainting], photo: Image? = nil,
    settings: OptimizationSettings = OptimizationSettings(), lossNetwork: VGG19,
    backend: any ComputeBackend, scalarType: ScalarType
  ) throws(TrainingError) {
    try settings.check()
    self.settings = settings
    let sizes = try settings.sizes(width: width, height: height, firstSide: Self.firstSide)
    let loss = PerceptualLoss(
      network: lossNetwork, backend: backend, scalarType: scalarType, terms: settings.terms)
    let start =
      photo
      ?? maps.colorNoise(
        width: sizes[0].width, height: sizes[0].height, paintings: paintings.map(\.painting),
        seed: settings.seed)
    optimizer = try ScaledOptimizer(sizes: sizes, from: start, settings: settings) {
      width, height throws(TrainingError) in
      let size = settings.styleSize(width: width, height: height)
      let scaled = paintings.map { $0.painting.scaledForTarget(size) }
      let regions = maps.regions.map { region in
        DoodleObjective.Region(
          color: region.color,
          guide: RegionGuide(
            region.place, width: width, height: height, kernels: backend.kernels),
          style: loss.blend(
            of: region.sources.map { (loss.target(of: scaled[$0.painting], in: $0.place), 1) }))
      }
      TensorMemory.releaseFreeBlocks()
      return DoodleObjective(
        loss: loss, regions: regions,
        content: photo.map {
          loss.contentTarget(
            of: $0.resized(width: width, height: height).tensor(backend.kernels))
        })
    }
  }
}

extension DoodleOptimization: PixelOptimization {
  public var sizes: [(width: Int, height: Int)] { optimizer.sizes }
  public var scale: Int { optimizer.scale }
  public var iterations: Int { settings.iterations }
  public var completedIterations: Int { optimizer.completedIterations }
  public var evaluations: Int { optimizer.evaluations }
  public var isFinished: Bool { optimizer.isFinished }
  public var losses: DoodleLosses { optimizer.losses }
  public var endLosses: [DoodleLosses] { optimizer.endLosses }
  public var picture: Image { optimizer.picture }
  public func step() throws(TrainingError) { try optimizer.step() }
}

extension DoodleMaps {
  /// A picture whose pixels are drawn, in each region, from those of its parts of paintings.
  package func colorNoise(width: Int, height: Int, paintings: [Image], seed: UInt64) -> Image {
    var random = RandomSource(seed: seed, path: [0x646F_6F64_6C65 /* "doodle" */])
    var picture = Image(
      width: width, height: height, pixels: [UInt8](repeating: 128, count: width * height * 3))
    for region in regions {
      var colors: [UInt8] = []
      for (painting, place) in region.sources {
        let small = paintings[painting].scaled(longerSide: 128)
        let shares = place.shares(width: small.width, height: small.height, radius: 0)
        let most = shares.max() ?? 0
        for pixel in shares.indices where shares[pixel] >= most / 2 {
          colors += small.pixels[3 * pixel..<3 * pixel + 3]
        }
      }
      let shares = region.place.shares(width: width, height: height, radius: 0)
      let count = UInt64(colors.count / 3)
      for pixel in shares.indices where shares[pixel] > 0 {
        // Drawn for every pixel of the region, so that each depends on its place alone.
        let chosen = 3 * Int(random.next().multipliedFullWidth(by: count).high)
        if shares[pixel] >= 0.5 {
          for channel in 0..<3 { picture.pixels[3 * pixel + channel] = colors[chosen + channel] }
        }
      }
    }
    return picture
  }
}
