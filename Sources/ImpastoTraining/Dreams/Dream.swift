public import ImpastoCompute
public import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTensors

/// Raises what layers of the loss network see in a photo, at one size after the other.
///
/// ```swift
/// let dream = try Dream(
///   of: Image(contentsOf: "photo.jpg"), settings: DreamSettings(octaves: 2),
///   lossNetwork: VGG19(), backend: OneDNNBackend(threads: .available), scalarType: .float32)
/// while !dream.isFinished { try dream.step() }
/// try dream.picture.write(to: "dream.png")
/// ```
///
/// Before each step the picture is rolled by some pixels that are drawn from the seed, so that no
/// pattern keeps to the grid of the poolings. What a size has added to the photo is enlarged and
/// added to the photo at the next.
///
/// Source: Mordvintsev, Olah, Tyka 2015. Differs from it: responses are relative to the photo's own,
/// and the loss network is VGG-19, whose layers are padded by reflection.
public final class Dream {
  /// The settings of the dream.
  public let settings: DreamSettings
  public let sizes: [(width: Int, height: Int)]
  public private(set) var scale = 0
  public private(set) var completedIterations = 0
  public private(set) var evaluations = 0
  public private(set) var isFinished = false
  public private(set) var losses: DreamResponses
  public private(set) var endLosses: [DreamResponses] = []

  private let photo: Image
  private let mask: Mask?
  private let objective: DreamObjective
  private var tiles: DreamTiles
  /// f32 pixels in 0…1 at the present size, `[1, height, width, 3]`.
  private var pixels: Tensor
  /// The share of a change that each number takes, of the same shape; nil for all of it.
  private var shares: Tensor?

  /// Prepares a dream.
  ///
  /// - Parameters:
  ///   - photo: At the size that the picture is to have.
  ///   - guide: A picture whose features are searched for in the photo; nil to raise what is there.
  ///   - mask: Where the picture may change; nil for everywhere.
  /// - Throws: ``TrainingError`` where the settings cannot be used or the photo is too small.
  public init(
    of photo: Image, guide: Image? = nil, mask: Mask? = nil,
    settings: DreamSettings = DreamSettings(), lossNetwork: VGG19, backend: any ComputeBackend,
    scalarType: ScalarType
  ) throws(TrainingError) {
    try settings.check()
    try photo.check("the photo")
    (self.settings, self.photo, self.mask) = (settings, photo, mask)
    sizes = try settings.sizes(width: photo.width, height: photo.height)
    let small = photo.resized(width: sizes[0].width, height: sizes[0].height)
    pixels = small.tensor(backend.kernels)
    tiles = settings.tiles(of: small)
    objective = try DreamObjective(
      network: lossNetwork, backend: backend, scalarType: scalarType, settings: settings,
      guide: guide, pixels: pixels, tiles: tiles)
    shares = mask?.shares(of: small)
    losses = tiles.responses(objective, to: pixels)
  }

  /// The picture so far at the present size.
  private var present: Image { Image(pixels: pixels, objective.backend.kernels) }

  /// The changes of one step, before their size is chosen: uphill, and nothing outside of the mask.
  ///
  /// - Throws: ``TrainingError/pixelsDiverged(iteration:)``; ``TrainingError/noResponse(_:)`` where
  ///   nothing that changes a pixel changes a response.
  private func direction() throws(TrainingError) -> Tensor {
    let number = UInt64(completedIterations)
    var random = RandomSource(seed: settings.seed, path: [0x6472_6561_6D /* "dream" */, number])
    func drawn() -> Int {
      let count = UInt64(2 * settings.jitter + 1)
      return Int(random.next().multipliedFullWidth(by: count).high) - settings.jitter
    }
    let (x, y) = (drawn(), drawn())
    evaluations += 1
    let sample = tiles.sample(objective, at: pixels.rolled(x: x, y: y))
    guard sample.value.isFinite else { throw .pixelsDiverged(iteration: completedIterations + 1) }
    // Those before the step: what they are after it shows when the size is done.
    losses = sample.losses
    let kernels = objective.backend.kernels
    let gradient = sample.gradient.rolled(x: -x, y: -y)
    let power = (kernels.dot(gradient, gradient) / Double(gradient.count)).squareRoot()
    guard power.isFinite else { throw .pixelsDiverged(iteration: completedIterations + 1) }
    guard power > 0 else {
      throw .noResponse(settings.targets.map(\.name).joined(separator: ", "))
    }
    var direction = gradient
    // The objective is what is raised, negated.
    kernels.scale(&direction, by: Float(-1 / power))
    if settings.balancesDetail {
      direction = GradientPyramid(backend: objective.backend).balanced(direction)
    }
    return direction
  }

  private func enlarge() {
    let kernels = objective.backend.kernels
    let (old, new) = (sizes[scale], sizes[scale + 1])
    scale += 1
    let base = photo.resized(width: new.width, height: new.height)
    // What is new in the picture, enlarged, on the photo with its own detail.
    var changed = present.resized(width: new.width, height: new.height).tensor(kernels)
    let blurred = photo.resized(width: old.width, height: old.height)
      .resized(width: new.width, height: new.height)
    kernels.add(blurred.tensor(kernels), times: -1, to: &changed)
    kernels.add(base.tensor(kernels), to: &changed)
    kernels.clamp(&changed)
    pixels = changed
    tiles = settings.tiles(of: base)
    shares = mask?.shares(of: base)
    // The blocks of the last size fit nothing here.
    TensorMemory.releaseFreeBlocks()
  }
}

extension Dream: PixelOptimization {
  public var iterations: Int { settings.iterations }

  public var picture: Image {
    scale == sizes.count - 1 ? present : present.resized(width: photo.width, height: photo.height)
  }

  public func step() throws(TrainingError) {
    guard !isFinished else { return }
    let kernels = objective.backend.kernels
    var direction = try direction()
    if let shares { direction.multiply(by: shares) }
    kernels.add(direction, times: settings.stepSize / 255, to: &pixels)
    kernels.clamp(&pixels)
    completedIterations += 1
    guard completedIterations % settings.iterations == 0 else { return }
    losses = tiles.responses(objective, to: pixels)
    endLosses.append(losses)
    guard scale + 1 < sizes.count else {
      isFinished = true
      return
    }
    enlarge()
    losses = tiles.responses(objective, to: pixels)
  }
}
