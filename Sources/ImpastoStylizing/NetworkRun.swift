import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors
import Synchronization

/// One photo on its way through all layers.
///
/// A layer's image is computed in parts, which threads take as they get to them: each reads its
/// part of the image before, normalized and framed on the way, convolves it and sums up its
/// statistics while it is still in the processor's caches. When all parts are done, the layer's
/// normalization is known, and the next layer begins.
///
/// Source for the layers: Dumoulin, Shlens, Kudlur 2017, table 4.
struct NetworkRun {
  private(set) var bands: LayerBands
  private let threads: ThreadBudget
  /// Whether memory is so short that what one layer has left free must not wait for a layer that can
  /// use it.
  private let isShortOfMemory: Bool
  private let progress: StylizingProgress
  /// What counts in the statistics, where that is not all.
  private let visibility: Visibility?

  /// How a layer's normalization follows from its statistics.
  typealias Normalizing = (_ layer: Int, _ statistics: ChannelStatistics) -> ChannelAffine

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - backend: Who computes, for each of the plan's threads.
  ///   - memory: The bytes that tensors may take.
  ///   - progress: Told of each part that is done, and asked whether the run goes on.
  init(
    of network: TransformNetwork, on photo: any PhotoRows, plan: BandPlan,
    backend: any ComputeBackend, scalarType: ScalarType, memory: Int, progress: StylizingProgress
  ) {
    let layers = network.architecture.layers
    bands = LayerBands(
      layers: layers, filters: network.filters, plan: plan, photo: photo,
      backend: backend.limited(to: ThreadBudget(count: 1)), scalarType: scalarType,
      maps: layers.map { _ in nil }, normalizations: layers.map { _ in nil })
    threads = ThreadBudget(count: plan.threads)
    isShortOfMemory = plan.peakBytes > memory / 2
    self.progress = progress
    visibility = photo.opacity.map(Visibility.init)
  }

  /// Runs all layers, normalizing each by its own statistics.
  ///
  /// - Parameter mixture: What is painted with, for the error where a layer's numbers are not finite.
  /// - Returns: How each layer normalizes.
  mutating func measure(
    _ mixture: StyleMixture, _ normalizing: Normalizing
  ) throws(StylizingError) -> [ChannelAffine] {
    var affines: [ChannelAffine] = []
    for layer in bands.layers.indices {
      let statistics = try compute(layer)
      affines.append(normalizing(layer, statistics))
      try check(layer, statistics.isFinite && affines[layer].isFinite, mixture)
      bands.normalizations[layer] = InstanceNormalization(affines[layer])
      finish(layer)
    }
    return affines
  }

  /// Runs all layers, each normalizing for several mixtures at once.
  ///
  /// - Parameter mixture: What is painted with, as for `measure`.
  mutating func run(
    _ mixture: StyleMixture, _ normalization: (_ layer: Int, Shape) -> InstanceNormalization
  ) throws(StylizingError) {
    for layer in bands.layers.indices {
      bands.normalizations[layer] = normalization(layer, bands.plan.shapes[layer])
      // An image that is not kept is computed where it is needed.
      if bands.plan.keeps[layer] { try check(layer, compute(layer).isFinite, mixture) }
      finish(layer)
    }
  }

  /// Refuses what would become a black picture: a number that is none in one pixel is none in the
  /// statistics.
  private func check(
    _ layer: Int, _ isFinite: Bool, _ mixture: StyleMixture
  ) throws(StylizingError) {
    guard isFinite else { throw .notFinite(mixture, layer: bands.layers[layer].name) }
  }

  /// The picture, once all layers have run, in parts from the top.
  ///
  /// - Parameter body: Gets each part's levels, 8-bit RGB, in order.
  func picture<Failure>(_ body: (_ levels: [UInt8]) throws(Failure) -> Void) throws(Failure) {
    guard let map = bands.maps[bands.layers.count - 1] else {
      preconditionFailure("the last layer has not run")
    }
    // As many at a time as keep all threads at work.
    for first in stride(from: 0, to: map.bandCount, by: 4 * threads.count) {
      let group = first..<min(first + 4 * threads.count, map.bandCount)
      let parts = Mutex([[UInt8]](repeating: [], count: group.count))
      ThreadTeam.forEach(group.count, threads: threads) { [bands] index in
        let levels = bands.levels(ofBand: first + index)
        parts.withLock { $0[index] = levels }
      }
      for part in parts.withLock({ $0 }) where !part.isEmpty { try body(part) }
    }
  }

  /// Computes a layer's image part by part.
  ///
  /// - Returns: Its statistics.
  private mutating func compute(_ layer: Int) throws(StylizingError) -> ChannelStatistics {
    let (bands, plan, description) = (bands, bands.plan, bands.layers[layer])
    let shape = plan.shapes[layer]
    let map = FeatureMap(shape: shape, bandHeight: plan.bandHeight)
    let keeps = plan.keeps[layer]
    let parts = plan.parts(of: layer)
    let newBlockInput =
      description.blockPart == .first ? FeatureMap(shape: shape, bandHeight: plan.bandHeight) : nil
    let sources = keeps ? lastSources(of: layer) : []
    let readings = parts.map { sourceRows(of: layer, for: $0) }
    for source in sources { source.announceLastReadings(readings) }

    let statistics = Mutex([ChannelStatistics?](repeating: nil, count: map.bandCount))
    let failure = Mutex<StylizingError?>(nil)
    let (progress, isShortOfMemory, visibility) = (progress, isShortOfMemory, visibility)
    ThreadTeam.forEach(parts.count, threads: threads) { index in
      guard failure.withLock({ $0 == nil }) else { return }
      do throws(ImageError) {
        let mapBands = map.bands(with: parts[index])
        let (input, images) = try bands.convolved(
          layer, parts: mapBands.map(map.rows(ofBand:)))
        newBlockInput?.store(input.interior(description.frame.padding), asBand: index)
        for (band, image) in zip(mapBands, images) {
          let kernels = bands.backend.kernels
          let part =
            visibility.map {
              kernels.channelStatistics(
                image,
                weights: $0.weights(
                  ofRows: map.rows(ofBand: band), width: shape.width,
                  reducedBy: plan.reduction(of: layer)))
            } ?? kernels.channelStatistics(image)
          statistics.withLock { $0[band] = part }
          if keeps { map.store(image, asBand: band) }
        }
        for source in sources { source.finishReading(readings[index]) }
        if isShortOfMemory { TensorMemory.releaseFreeBlocks() }
        if !progress.advance() { failure.withLock { $0 = .stopped } }
      } catch {
        failure.withLock { $0 = .photo(error) }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    if keeps { self.bands.maps[layer] = map }
    if let newBlockInput { self.bands.blockInput = newBlockInput }
    return ChannelStatistics(merging: statistics.withLock { $0.compactMap(\.self) })
  }

  /// The maps that nothing reads after a kept layer's image has been computed from them.
  private func lastSources(of layer: Int) -> [FeatureMap] {
    guard let source = nearestKept(before: layer), let map = bands.maps[source] else { return [] }
    let isAfterBlock = bands.layers[source].blockPart == .second
    return [map] + (isAfterBlock ? [bands.blockInput].compactMap(\.self) : [])
  }

  /// The layer whose kept image a layer is computed from; nil for the photo.
  private func nearestKept(before layer: Int) -> Int? {
    bands.plan.keeps[..<layer].lastIndex(of: true)
  }

  /// The rows of that image which are read for `rows` of a layer's own.
  private func sourceRows(of layer: Int, for rows: Range<Int>) -> Range<Int> {
    let source = nearestKept(before: layer) ?? -1
    var rows = rows
    for between in (source + 1...layer).reversed() {
      let (description, height) = (bands.layers[between], bands.plan.shapes[between].height)
      rows = description.inputRows(
        for: description.computedRows(for: rows.clamped(to: 0..<height), height: height))
    }
    let height = source < 0 ? bands.photo.height : bands.plan.shapes[source].height
    return rows.clamped(to: 0..<height)
  }

  /// Frees what is not needed once the layer's normalization is known.
  private mutating func finish(_ layer: Int) {
    let (layers, keeps) = (bands.layers, bands.plan.keeps)
    if keeps[layer], let source = nearestKept(before: layer) { bands.maps[source] = nil }
    let isLastOfBlocks =
      layers[layer].blockPart == .second && layers[layer + 1].blockPart == nil
    // What the layers after the blocks read more than once is summed up once.
    if isLastOfBlocks, !keeps[layer + 1] { settle(layer) }
    if isShortOfMemory { TensorMemory.releaseFreeBlocks() }
  }

  /// Replaces the image of a block's last layer by the block's output, and frees its input.
  private mutating func settle(_ layer: Int) {
    guard let map = bands.maps[layer], let blockInput = bands.blockInput,
      let normalization = bands.normalizations[layer]
    else { return }
    let settled = FeatureMap(shape: map.shape, bandHeight: map.bandHeight)
    let kernels = bands.backend.kernels
    let bandRows = (0..<map.bandCount).map(map.rows(ofBand:))
    for map in [map, blockInput] { map.announceLastReadings(bandRows) }
    ThreadTeam.forEach(map.bandCount, threads: threads) { band in
      let sum = kernels.apply(
        normalization.affine, weights: normalization.weights?.rows(bandRows[band]),
        to: map.image(ofBand: band), residual: blockInput.image(ofBand: band))
      settled.store(sum, asBand: band)
      for map in [map, blockInput] { map.finishReading(bandRows[band]) }
    }
    bands.maps[layer] = settled
    bands.blockInput = nil
    bands.normalizations[layer] = .identity(channels: map.shape.channels)
  }
}

extension Tensor {
  /// The image within a border of `padding` columns and rows.
  fileprivate func interior(_ padding: Int) -> Tensor {
    let (height, width) = (shape.height - 2 * padding, shape.width - 2 * padding)
    let pixel = shape.channels * scalarType.size
    return Tensor(uninitialized: [1, height, width, shape.channels], scalarType) { interior in
      withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        for row in 0..<height {
          interior.advanced(by: row * width * pixel).copyMemory(
            from: start.advanced(by: ((row + padding) * shape.width + padding) * pixel),
            byteCount: width * pixel)
        }
      }
    }
  }
}
