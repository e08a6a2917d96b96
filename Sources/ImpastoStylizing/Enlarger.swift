public import ImpastoCompute
public import ImpastoImaging
public import ImpastoNetworks
public import ImpastoTensors
import Synchronization

/// Enlarges photos by a network that was trained for it.
public struct Enlarger: Sendable {
  /// The network.
  public let network: TransformNetwork
  /// The backend that computes.
  public let backend: any ComputeBackend
  /// The type of the activations.
  public let scalarType: ScalarType
  /// The bytes that the tensors of one photo may take; photos and pictures are not among them.
  public var memory = Int.max

  /// Creates an enlarger.
  ///
  /// - Precondition: the network enlarges and normalizes nothing, and `backend` supports `scalarType`.
  public init(network: TransformNetwork, backend: any ComputeBackend, scalarType: ScalarType) {
    precondition(
      network.architecture.magnification > 1
        && !network.architecture.layers.contains(where: \.isNormalized),
      "a network that does not enlarge, or normalizes")
    precondition(
      backend.supports(scalarType), "\(backend.name) has no \(scalarType.rawValue) here")
    (self.network, self.backend, self.scalarType) = (network, backend, scalarType)
  }

  /// The factor by which pictures are larger than photos.
  public var scale: Int { network.architecture.magnification }

  /// The bytes that tensors take at least for a photo of some size.
  package func minimumMemory(width: Int, height: Int) -> Int {
    EnlargementPlan.minimumBytes(
      network.architecture, width: width, height: height, scalarType: scalarType)
  }

  /// Enlarges a photo that is read, and whose picture is written, some rows at a time.
  ///
  /// The picture does not depend on ``memory`` or threads, bit for bit.
  ///
  /// - Parameters:
  ///   - photo: The photo, of any size.
  ///   - progress: Called with the bands that are done and their number; returns whether to continue.
  ///   - body: Gets the levels of the picture's rows, 8-bit RGB, some rows at a time from the top.
  /// - Throws: ``StylizingError/notFinite(_:layer:)``,
  ///   ``StylizingError/notEnoughMemory(width:height:needed:allowed:)``, ``StylizingError/photo(_:)``,
  ///   ``StylizingError/stopped`` where `progress` says so, or what `body` throws.
  public func enlarge(
    _ photo: any PhotoRows, progress: Stylizer.Progress? = nil,
    _ body: (_ levels: [UInt8]) throws -> Void
  ) throws {
    let architecture = network.architecture
    guard
      let plan = EnlargementPlan.quickest(
        architecture, width: photo.width, height: photo.height, scalarType: scalarType,
        threads: backend.threads.count, memory: memory)
    else {
      throw StylizingError.notEnoughMemory(
        width: photo.width, height: photo.height,
        needed: minimumMemory(width: photo.width, height: photo.height), allowed: memory)
    }
    try enlarge(photo, by: plan, progress: progress, body)
  }

  /// Enlarges a photo, with its opacity.
  public func enlarge(_ photo: Image) throws -> Image {
    var pixels: [UInt8] = []
    let (width, height) = (scale * photo.width, scale * photo.height)
    pixels.reserveCapacity(width * height * 3)
    try enlarge(photo) { pixels += $0 }
    return Image(
      width: width, height: height, pixels: pixels,
      opacity: photo.opacity?.resized(width: width, height: height))
  }

  /// Enlarges a photo by a plan for its size, however much memory that takes.
  package func enlarge(
    _ photo: any PhotoRows, by plan: EnlargementPlan, progress: Stylizer.Progress? = nil,
    _ body: (_ levels: [UInt8]) throws -> Void
  ) throws {
    let bands = EnlargedBands(of: network, photo, plan, backend, scalarType)
    let count = bands.parts.count
    let progress = StylizingProgress(total: count, progress)
    // As many at a time as keep all threads at work.
    for first in stride(from: 0, to: count, by: 2 * plan.threads) {
      let group = first..<min(first + 2 * plan.threads, count)
      let results = Mutex([Result<[UInt8], StylizingError>?](repeating: nil, count: group.count))
      ThreadTeam.forEach(group.count, threads: ThreadBudget(count: plan.threads)) { index in
        guard results.withLock({ $0.allSatisfy { $0.isSuccess } }) else { return }
        let result = Result { () throws(StylizingError) in
          let levels = try bands.levels(ofPart: first + index)
          if !progress.advance() { throw .stopped }
          return levels
        }
        results.withLock { $0[index] = result }
      }
      let parts = results.withLock { $0.compactMap(\.self) }
      // A fault anywhere, before rows that are whole but would not be followed by all others.
      let levels = try parts.map { try $0.get() }
      for rows in levels { try body(rows) }
    }
  }
}

extension Result<[UInt8], StylizingError>? {
  /// Indicates whether nothing failed so far.
  fileprivate var isSuccess: Bool {
    if case .failure = self { false } else { true }
  }
}

/// The rows of an enlarged photo, each band by itself.
private struct EnlargedBands: Sendable {
  private let bands: LayerBands
  /// The picture's rows of each band.
  let parts: [Range<Int>]

  init(
    of network: TransformNetwork, _ photo: any PhotoRows, _ plan: EnlargementPlan,
    _ backend: any ComputeBackend, _ scalarType: ScalarType
  ) {
    let layers = network.architecture.layers
    bands = LayerBands(
      network: network, plan: plan.bands, photo: photo,
      backend: backend.limited(to: ThreadBudget(count: 1)), scalarType: scalarType,
      maps: layers.map { _ in nil }, outputs: layers.map { _ in nil },
      normalizations: zip(layers, network.parameters).map { layer, own in
        InstanceNormalization(own.bias(of: layer))
      })
    parts = plan.bands.geometry.parts(of: layers.count - 1)
  }

  /// The levels of a band, 8-bit RGB.
  func levels(ofPart part: Int) throws(StylizingError) -> [UInt8] {
    let (last, kernels) = (bands.layers.count - 1, bands.backend.kernels)
    let rows = parts[part]
    let (convolved, base): (Tensor, [UInt8])
    do throws(ImageError) {
      convolved = try bands.convolved(last, bands: [rows]).images[0]
      base = try repeated(rows)
    } catch {
      throw .photo(error)
    }
    let output = kernels.apply(
      bands.normalization(of: last).affine, to: convolved, outputType: .float32)
    var pixels = bands.pixels(output)
    let photo = kernels.tensor(
      fromLevels: base, shape: pixels.shape, center: 0, scale: 1 / 255, type: .float32)
    kernels.add(photo, to: &pixels)
    let (levels, nonfinite) = kernels.levels(pixels)
    guard nonfinite == 0 else { throw .notFinite(nil, layer: bands.layers[last].name) }
    return levels
  }

  /// The photo's levels below some rows of the picture, each pixel as a square.
  private func repeated(_ rows: Range<Int>) throws(ImageError) -> [UInt8] {
    let scale = bands.network.architecture.magnification
    let first = rows.lowerBound / scale
    let photo = try bands.photo.levels(ofRows: first..<(rows.upperBound + scale - 1) / scale)
    return Image.repeating(photo, width: bands.photo.width, by: scale)
  }
}
