public import ImpastoCompute
import ImpastoDifferentiation
public import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTensors

/// Applies the styles of one model to photos.
///
/// ```swift
/// let model = try StyleModel(contentsOf: "Checkpoints/impasto.safetensors")
/// let stylizer = Stylizer(
///   model: model, backend: OneDNNBackend(threads: .available), scalarType: .float32)
/// let photo = try Image(contentsOf: "photo.jpg")
/// try stylizer.stylize(photo, with: StyleMixture("great-wave")).write(to: "wave.png")
/// ```
public struct Stylizer: Sendable {
  /// The network and styles.
  public let model: StyleModel
  /// The backend that computes.
  public let backend: any ComputeBackend
  /// The type of the activations.
  public let scalarType: ScalarType
  /// The bytes that the tensors of one stylisation may take; photos and pictures are not among
  /// them.
  public var memory = Int.max

  /// Creates a stylizer.
  ///
  /// - Precondition: `backend` supports `scalarType`.
  public init(model: StyleModel, backend: any ComputeBackend, scalarType: ScalarType) {
    precondition(
      backend.supports(scalarType), "\(backend.name) has no \(scalarType.rawValue) here")
    self.model = model
    self.backend = backend
    self.scalarType = scalarType
  }

  /// Stylises a photo that is read, and whose picture is written, some rows at a time.
  ///
  /// The picture is that of ``stylize(_:with:regions:strokeSize:progress:)``, bit for bit, and does
  /// not depend on ``memory``: with less, images of the network's layers are computed again in
  /// place of being kept, and in the end fewer threads work.
  ///
  /// - Parameters:
  ///   - photo: The content image.
  ///   - mixture: Of the styles, for all that is in no region.
  ///   - regions: Parts with mixtures of their own, as there.
  ///   - strokeSize: The size of strokes, as there.
  ///   - progress: Called with the work done and the total; returns whether to continue.
  ///   - body: Gets the levels of the picture's rows, 8-bit RGB, some rows at a time from the top.
  /// - Throws: ``StylizingError``, or what `body` throws.
  public func stylize(
    _ photo: any PhotoRows, with mixture: StyleMixture, regions: [StyleRegion] = [],
    strokeSize: Double = 1, progress: Progress? = nil, _ body: (_ levels: [UInt8]) throws -> Void
  ) throws {
    let painting = try painting(of: photo, mixture, regions, strokeSize, progress)
    guard (painting.width, painting.height) != (photo.width, photo.height) else {
      return try painting.rows(body)
    }
    try body(painting.image.resized(width: photo.width, height: photo.height).pixels)
  }

  /// Gets, from any thread, how many bands of rows are done and how many there are in all layers
  /// together; returns whether to go on.
  public typealias Progress = @Sendable (_ done: Int, _ total: Int) -> Bool

  /// The bytes that tensors take where nothing is computed twice.
  package static func memory(
    for architecture: TransformArchitecture, width: Int, height: Int, _ scalarType: ScalarType,
    threads: Int
  ) -> Int {
    BandPlan.quickest(
      architecture, width: width, height: height, scalarType: scalarType, threads: threads,
      memory: .max
    )?.peakBytes ?? 0
  }

  /// The bytes that tensors take at least for a photo of some size.
  package func minimumMemory(width: Int, height: Int, strokeSize: Double) -> Int {
    // What is smaller is refused for that.
    func side(_ side: Int) -> Int { max(side, model.network.architecture.minimumExtent) }
    return octaves(width: width, height: height, strokeSize: strokeSize).sizes.map {
      BandPlan.minimumBytes(
        model.network.architecture, width: side($0.width), height: side($0.height),
        scalarType: scalarType)
    }.max() ?? 0
  }

  /// The bytes that smaller and larger pictures of a photo take while it is painted, beside tensors.
  package func heldBytes(width: Int, height: Int, strokeSize: Double) -> Int {
    octaves(width: width, height: height, strokeSize: strokeSize)
      .heldBytes(threads: backend.threads.count)
  }

  /// The sizes at which a photo is painted.
  private func octaves(width: Int, height: Int, strokeSize: Double) -> Octaves {
    Octaves(
      width: width, height: height, reference: model.referenceSize, strokeSize: strokeSize)
  }

  private func check(_ width: Int, _ height: Int) throws(StylizingError) {
    let least = model.network.architecture.minimumExtent
    guard width >= least, height >= least else {
      throw .tooSmall(width: width, height: height, minimum: least)
    }
  }

  /// The sizes of strokes that a photo can be painted with, as multiples of the painting's.
  public static let strokeSizes: ClosedRange<Double> = 0.02...4

  /// Stylises a photo of any size from the network's minimum on, mostly 16×16 pixels.
  ///
  /// A photo that is larger than `StyleModel.referenceSize` is painted at that size first, so
  /// that strokes are as large in the picture as in the painting. The picture is enlarged twofold
  /// and painted again, again and again until it has the photo's size, and each time gets the
  /// detail of the new painting that it was too small for. The network sees, besides the enlarged
  /// picture, the photo's own detail of that size.
  ///
  /// - Parameters:
  ///   - photo: The content image.
  ///   - mixture: Of the styles, for all that is in no region.
  ///   - regions: Parts with mixtures of their own; they may overlap. Each looks as if the whole
  ///     photo were painted in its mixture, and takes as much time, which is why one that shows
  ///     nowhere is refused.
  ///   - strokeSize: Within ``strokeSizes``, as a multiple of the painting's. A network of unknown
  ///     `StyleModel.referenceSize` paints each photo at its own size with 1. Strokes finer than
  ///     the photo's pixels are painted on an enlarged photo.
  ///   - progress: Called with the work done and the total; returns whether to continue.
  /// - Returns: A picture of the photo's size and opacity. What is transparent does not count in
  ///   statistics, but filters see its colours beside what is visible: a `PhotoReader` gives it
  ///   those of its surroundings.
  /// - Throws: ``StylizingError/tooSmall(width:height:minimum:)``,
  ///   ``StylizingError/strokesTooLarge(width:height:strokeSize:minimum:)``, ``StylizingError/model(_:)``
  ///   for a style that the model lacks, ``StylizingError/notFinite(_:layer:)``,
  ///   ``StylizingError/invisibleRegion(_:width:height:)``,
  ///   ``StylizingError/notEnoughMemory(width:height:needed:allowed:)``,
  ///   ``StylizingError/stopped`` where `progress` says so.
  /// - Complexity: For the published network up to 266,624 · 4/3 operations a pixel and, on two
  ///   threads and with all the memory that it can use, about 45 scalars.
  public func stylize(
    _ photo: Image, with mixture: StyleMixture, regions: [StyleRegion] = [],
    strokeSize: Double = 1, progress: Progress? = nil
  ) throws(StylizingError) -> Image {
    let painting = try painting(of: photo, mixture, regions, strokeSize, progress)
    var picture = painting.image.resized(width: photo.width, height: photo.height)
    picture.opacity = photo.opacity
    return picture
  }

  /// Paints a photo at all its sizes; the rows of the last are left to be taken.
  private func painting(
    of photo: any PhotoRows, _ mixture: StyleMixture, _ regions: [StyleRegion],
    _ strokeSize: Double, _ progress: Progress?
  ) throws(StylizingError) -> Painting {
    precondition(Self.strokeSizes.contains(strokeSize), "a stroke size of \(strokeSize)")
    let (width, height) = (photo.width, photo.height)
    try check(width, height)
    let sizes = octaves(width: width, height: height, strokeSize: strokeSize).sizes
    let least = model.network.architecture.minimumExtent
    guard sizes[0].width >= least, sizes[0].height >= least else {
      throw .strokesTooLarge(
        width: width, height: height, strokeSize: strokeSize, minimum: least)
    }
    var plans: [BandPlan] = []
    for size in sizes { plans.append(try plan(width: size.width, height: size.height)) }
    let progress = StylizingProgress(
      total: plans.reduce(0) { $0 + $1.bandCount(regions: regions.count) }, progress)

    // From large to small, so that the photo is read once, and painted from small to large.
    var photos: [any PhotoRows] = [photo]
    do throws(ImageError) {
      for size in sizes.reversed() where size != (photos[0].width, photos[0].height) {
        photos.insert(try photos[0].resized(width: size.width, height: size.height), at: 0)
      }
    } catch {
      throw .photo(error)
    }
    var painting: Painting?
    for plan in plans {
      if plan.peakBytes > memory / 2 { TensorMemory.releaseFreeBlocks() }
      let photo = photos.removeFirst()
      let refined = painting.map { RefinedPhoto(photo, over: $0.image) }
      // Its last layer's image is done with.
      painting = nil
      let run = try run(on: refined ?? photo, plan, mixture, regions, progress)
      painting = Painting(run: run, photo: photo, refined: refined)
    }
    guard let painting else { preconditionFailure("no size to paint at") }
    return painting
  }

  /// Stylises a photo by a plan for its size, however much memory that takes.
  package func stylize(
    _ photo: Image, with mixture: StyleMixture, regions: [StyleRegion] = [], by plan: BandPlan
  ) throws(StylizingError) -> Image {
    let progress = StylizingProgress(total: plan.bandCount(regions: regions.count), nil)
    return Painting(run: try run(on: photo, plan, mixture, regions, progress), photo: photo).image
  }

  /// The way through the network that ``memory`` allows.
  private func plan(width: Int, height: Int) throws(StylizingError) -> BandPlan {
    let architecture = model.network.architecture
    guard
      let plan = BandPlan.quickest(
        architecture, width: width, height: height, scalarType: scalarType,
        threads: backend.threads.count, memory: memory)
    else {
      throw .notEnoughMemory(
        width: width, height: height,
        needed: BandPlan.minimumBytes(
          architecture, width: width, height: height, scalarType: scalarType), allowed: memory)
    }
    return plan
  }

  /// A photo's way through all layers.
  private func run(
    on photo: any PhotoRows, _ plan: BandPlan, _ mixture: StyleMixture, _ regions: [StyleRegion],
    _ progress: StylizingProgress
  ) throws(StylizingError) -> NetworkRun {
    let mixtures = [mixture] + regions.map(\.mixture)
    let network = model.network
    let statistics =
      network.architecture.givesLogits && mixtures.contains(where: \.hasPhoto)
      ? try logitStatistics(of: photo, plan) : nil
    var rows: [StyleRows] = []
    for mixture in mixtures { rows.append(try self.rows(of: mixture, statistics)) }

    func newRun() -> NetworkRun {
      NetworkRun(
        of: network, on: photo, plan: plan, backend: backend, scalarType: scalarType,
        memory: memory, progress: progress)
    }
    guard !regions.isEmpty else {
      var run = newRun()
      _ = try run.measure(mixture) { network.affine(ofLayer: $0, $1, rows[0]) }
      return run
    }
    let places = try MixtureMap(
      regions: regions, width: photo.width, height: photo.height, for: network.architecture)
    let reductions = network.architecture.reductions
    // Each mixture alone over the whole photo, to learn by what statistics it normalizes …
    var affines: [[ChannelAffine]] = []
    for (mixture, rows) in zip(mixtures, rows) {
      var run = newRun()
      affines.append(
        try run.measure(mixture) { network.affine(ofLayer: $0, $1, rows) })
    }
    // … and then all of them, each in its place.
    var run = newRun()
    try run.run(mixture) { layer in
      InstanceNormalization(
        affines.map { $0[layer] }, places: places, reduction: reductions[layer])
    }
    return run
  }

  private func logitStatistics(
    of photo: any PhotoRows, _ plan: BandPlan
  ) throws(StylizingError) -> PhotoStatistics {
    let visibility = photo.opacity.map(Visibility.init)
    var parts: [ChannelStatistics] = []
    for rows in plan.geometry.photoParts {
      do throws(ImageError) {
        let band = PhotoBatch(
          levels: try photo.levels(ofRows: rows), shape: [1, rows.count, photo.width, 3],
          scalarType: .float32, kernels: backend.kernels)
        parts.append(
          band.logitStatistics(
            weights: visibility?.weights(ofRows: rows, width: photo.width, reducedBy: 1)))
      } catch {
        throw .photo(error)
      }
    }
    return PhotoStatistics(merging: parts)
  }

  private func rows(
    of mixture: StyleMixture, _ statistics: PhotoStatistics?
  ) throws(StylizingError) -> StyleRows {
    let weights: [Float]
    do { weights = try model.weights(of: mixture) } catch { throw .model(error) }
    let tape = Tape(backend: backend, isRecording: false)
    return model.bank.rows(
      weights: [weights], statistics: statistics, scale: tape.constant(model.bank.scale),
      shift: tape.constant(model.bank.shift))
  }
}

extension TransformNetwork {
  /// A layer's normalization by `statistics` and its γ and β, a style's or its own; without
  /// normalization, its bias.
  fileprivate func affine(
    ofLayer layer: Int, _ statistics: ChannelStatistics?, _ rows: StyleRows
  ) -> ChannelAffine {
    let (description, own) = (architecture.layers[layer], parameters[layer])
    func normalized(_ scale: [Float], _ shift: [Float], _ epsilon: Float) -> ChannelAffine {
      guard let statistics else {
        preconditionFailure("\(description.name) is normalized without statistics")
      }
      return statistics.affine(scale: scale, shift: shift, epsilon: epsilon)
    }
    switch description.normalization {
    case .conditional(let epsilon):
      let channels = architecture.channels(ofLayer: layer)
      return normalized(
        rows.scale.columns(channels).value.scalars, rows.shift.columns(channels).value.scalars,
        epsilon)
    case .fixed(let epsilon):
      return normalized(own.scale?.scalars ?? [], own.shift?.scalars ?? [], epsilon)
    case .none:
      return own.bias(of: description)
    }
  }
}
