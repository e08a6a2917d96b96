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
  ///   - progress: Called with the work done and the total; returns whether to continue.
  ///   - body: Gets the levels of the picture's rows, 8-bit RGB, some rows at a time from the top.
  /// - Throws: ``StylizingError``, or what `body` throws.
  public func stylize(
    _ photo: any PhotoRows, with mixture: StyleMixture, regions: [StyleRegion] = [],
    progress: Progress? = nil, _ body: (_ levels: [UInt8]) throws -> Void
  ) throws {
    try check(photo.width, photo.height)
    let plan = try plan(width: photo.width, height: photo.height)
    let progress = StylizingProgress(total: plan.bandCount(regions: regions.count), progress)
    try run(on: photo, plan, mixture, regions, progress).picture(body)
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
    let working = Self.workingSize(width: width, height: height, strokeSize: strokeSize)
    return [working, strokeSize > 1 ? (width, height) : working].map {
      BandPlan.minimumBytes(
        model.network.architecture, width: side($0.width), height: side($0.height),
        scalarType: scalarType)
    }.max() ?? 0
  }

  private func check(_ width: Int, _ height: Int) throws(StylizingError) {
    let least = model.network.architecture.minimumExtent
    guard width >= least, height >= least else {
      throw .tooSmall(width: width, height: height, minimum: least)
    }
  }

  /// The sizes of strokes that a photo can be painted with, as multiples of the network's own.
  public static let strokeSizes: ClosedRange<Double> = 0.25...4

  /// Stylises a photo of any size from the network's minimum on, mostly 16×16 pixels.
  ///
  /// - Parameters:
  ///   - photo: The content image.
  ///   - mixture: Of the styles, for all that is in no region.
  ///   - regions: Parts with mixtures of their own; they may overlap. Each looks as if the whole
  ///     photo were painted in its mixture, and takes as much time, which is why one that shows
  ///     nowhere is refused.
  ///   - strokeSize: Within ``strokeSizes``. Other than 1, the network sees the photo scaled by
  ///     1/strokeSize, and its picture is scaled back. Large strokes are then painted once more at
  ///     full size, for detail finer than they are.
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
  /// - Complexity: For the published network 266,624 operations a pixel and, on two threads and
  ///   with all the memory that it can use, about 45 scalars.
  public func stylize(
    _ photo: Image, with mixture: StyleMixture, regions: [StyleRegion] = [],
    strokeSize: Double = 1, progress: Progress? = nil
  ) throws(StylizingError) -> Image {
    precondition(Self.strokeSizes.contains(strokeSize), "a stroke size of \(strokeSize)")
    let (width, height) = (photo.width, photo.height)
    try check(width, height)
    let least = model.network.architecture.minimumExtent
    let working = Self.workingSize(width: width, height: height, strokeSize: strokeSize)
    guard working.width >= least, working.height >= least else {
      throw .strokesTooLarge(
        width: width, height: height, strokeSize: strokeSize, minimum: least)
    }
    let plan = try plan(width: working.width, height: working.height)
    let detailPlan = strokeSize > 1 ? try self.plan(width: width, height: height) : nil
    let progress = StylizingProgress(
      total: [plan, detailPlan].reduce(0) { $0 + ($1?.bandCount(regions: regions.count) ?? 0) },
      progress)
    let small = photo.resized(width: working.width, height: working.height)
    var coarse = try painted(small, plan, mixture, regions, progress)
      .resized(width: width, height: height)
    coarse.opacity = photo.opacity
    guard let detailPlan else { return coarse }
    // Strokes hardly enlarged are hardly blurred.
    return coarse.withDetail(
      of: try painted(coarse, detailPlan, mixture, regions, progress),
      radius: Int(strokeSize.rounded()), share: Float(min(1, 2 * (strokeSize - 1))))
  }

  /// The size that a photo is first painted at.
  package static func workingSize(
    width: Int, height: Int, strokeSize: Double
  ) -> (width: Int, height: Int) {
    func scaled(_ side: Int) -> Int { max(1, Int((Double(side) / strokeSize).rounded())) }
    return (scaled(width), scaled(height))
  }

  /// Stylises a photo by a plan for its size, however much memory that takes.
  package func stylize(
    _ photo: Image, with mixture: StyleMixture, regions: [StyleRegion] = [], by plan: BandPlan
  ) throws(StylizingError) -> Image {
    let progress = StylizingProgress(total: plan.bandCount(regions: regions.count), nil)
    return try painted(photo, plan, mixture, regions, progress)
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

  /// A photo once through the network.
  private func painted(
    _ photo: Image, _ plan: BandPlan, _ mixture: StyleMixture, _ regions: [StyleRegion],
    _ progress: StylizingProgress
  ) throws(StylizingError) -> Image {
    let run = try run(on: photo, plan, mixture, regions, progress)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(photo.pixels.count)
    run.picture { pixels += $0 }
    return Image(
      width: photo.width, height: photo.height, pixels: pixels, opacity: photo.opacity)
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
      guard !description.biasesBeforeRearranging, let bias = own.shift else {
        return .identity(channels: description.outputs)
      }
      return ChannelAffine(bias: bias)
    }
  }
}
