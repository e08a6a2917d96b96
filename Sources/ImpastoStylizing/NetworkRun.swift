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
struct NetworkRun {
  private(set) var bands: LayerBands
  private let threads: ThreadBudget
  /// Indicates whether memory is so short that the blocks that a layer has freed must go back to
  /// the system at once.
  private let isShortOfMemory: Bool
  private let progress: StylizingProgress
  /// The visibility of the pixels, which weights the statistics; nil where all are visible.
  private let visibility: Visibility?

  /// Makes a layer's normalization from its statistics, which only normalized layers have.
  typealias Normalizing = (_ layer: Int, _ statistics: ChannelStatistics?) -> ChannelAffine

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - backend: The backend that computes, for each of the plan's threads.
  ///   - memory: The bytes that tensors may take.
  ///   - progress: Told of each part that is done, and asked whether the run goes on.
  init(
    of network: TransformNetwork, on photo: any PhotoRows, plan: BandPlan,
    backend: any ComputeBackend, scalarType: ScalarType, memory: Int, progress: StylizingProgress
  ) {
    let layers = network.architecture.layers
    bands = LayerBands(
      network: network, plan: plan, photo: photo,
      backend: backend.limited(to: ThreadBudget(count: 1)), scalarType: scalarType,
      maps: layers.map { _ in nil }, outputs: layers.map { _ in nil },
      normalizations: layers.map { _ in nil })
    threads = ThreadBudget(count: plan.threads)
    isShortOfMemory = plan.peakBytes > memory / 2
    self.progress = progress
    visibility = photo.opacity.map(Visibility.init)
  }

  /// Runs all layers, normalizing each by its own statistics.
  ///
  /// - Parameter mixture: The mixture to paint with, for the error where a layer's numbers are not
  ///   finite.
  /// - Returns: The normalization of each layer.
  mutating func measure(
    _ mixture: StyleMixture, _ normalizing: Normalizing
  ) throws(StylizingError) -> [ChannelAffine] {
    var affines: [ChannelAffine] = []
    for layer in bands.layers.indices {
      let statistics = bands.plan.isComputed(layer) ? try compute(layer) : nil
      affines.append(normalizing(layer, statistics))
      try check(layer, statistics?.isFinite != false && affines[layer].isFinite, mixture)
      bands.normalizations[layer] = InstanceNormalization(affines[layer])
      finish(layer)
    }
    return affines
  }

  /// Runs all layers, each normalizing for several mixtures at once.
  ///
  /// - Parameter mixture: The mixture, as for `measure`.
  mutating func run(
    _ mixture: StyleMixture, _ normalization: (_ layer: Int) -> InstanceNormalization
  ) throws(StylizingError) {
    for layer in bands.layers.indices {
      bands.normalizations[layer] = normalization(layer)
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
    let (bands, plan, geometry) = (bands, bands.plan, bands.geometry)
    let map = newMap(of: layer)
    let keeps = plan.keeps[layer]
    let parts = geometry.parts(of: layer)
    let stored = keeps ? plan.storedOutputs(whileComputing: layer).map { ($0, newMap(of: $0)) } : []
    let wanted = parts.indices.map { part in
      let rows = stored.map { ($0.0, geometry.rows(of: $0.0, inPart: part, of: layer)) }
      return Dictionary(uniqueKeysWithValues: rows.filter { !$0.1.isEmpty })
    }
    let (releasedMaps, releasedOutputs) = keeps ? released(by: layer) : ([], [])
    let needed = parts.indices.map { part in
      geometry.rows(
        for: parts[part], of: layer, from: plan.source(of: layer), wanted: wanted[part])
    }
    let readings = (releasedMaps + releasedOutputs).map { source in
      needed.map { $0[source] ?? 0..<0 }
    }
    let released =
      releasedMaps.compactMap { bands.maps[$0] } + releasedOutputs.compactMap { bands.outputs[$0] }
    for (map, readings) in zip(released, readings) { map.announceLastReadings(readings) }

    let statistics = Mutex([ChannelStatistics?](repeating: nil, count: map.bandCount))
    let failure = Mutex<StylizingError?>(nil)
    let (progress, isShortOfMemory, visibility) = (progress, isShortOfMemory, visibility)
    ThreadTeam.forEach(parts.count, threads: threads) { index in
      guard failure.withLock({ $0 == nil }) else { return }
      do throws(ImageError) {
        let mapBands = map.bands(with: parts[index])
        let (images, outputs) = try bands.convolved(
          layer, bands: mapBands.map(map.rows(ofBand:)), wanting: wanted[index])
        for (output, map) in stored {
          if let image = outputs[output], let rows = wanted[index][output] {
            map.store(image, from: rows.lowerBound)
          }
        }
        for (band, image) in zip(mapBands, images) {
          let part = bands.statistics(
            of: image, rows: map.rows(ofBand: band), of: layer, visibility)
          statistics.withLock { $0[band] = part }
          if keeps { map.store(image, asBand: band) }
        }
        for (map, readings) in zip(released, readings) { map.finishReading(readings[index]) }
        if isShortOfMemory { TensorMemory.releaseFreeBlocks() }
        if !progress.advance() { failure.withLock { $0 = .stopped } }
      } catch {
        failure.withLock { $0 = .photo(error) }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    for source in releasedMaps { self.bands.maps[source] = nil }
    for output in releasedOutputs { self.bands.outputs[output] = nil }
    if keeps { self.bands.maps[layer] = map }
    for (output, map) in stored { self.bands.outputs[output] = map }
    return ChannelStatistics(merging: statistics.withLock { $0.compactMap(\.self) })
  }

  private func newMap(of layer: Int) -> FeatureMap {
    FeatureMap(shape: bands.plan.shapes[layer], bandHeight: bands.plan.bandHeight)
  }

  /// The layers of whose convolved images, and of whose outputs, nothing is read after a kept
  /// layer's image has been computed from them.
  private func released(by layer: Int) -> (maps: [Int], outputs: [Int]) {
    let (source, lastUses) = (bands.plan.source(of: layer), bands.geometry.lastUses)
    let outputs = bands.outputs.indices.filter {
      bands.outputs[$0] != nil && (lastUses[$0] ?? -1) < layer
    }
    return (source >= 0 && bands.maps[source] != nil ? [source] : [], outputs)
  }

  /// Frees what is not needed once the layer's normalization is known.
  private mutating func finish(_ layer: Int) {
    if bands.plan.settles(layer) { settle(layer) }
    if isShortOfMemory { TensorMemory.releaseFreeBlocks() }
  }

  /// Replaces a layer's convolved image by its output, from which more than the next layer is
  /// computed.
  private mutating func settle(_ layer: Int) {
    let (bands, geometry) = (bands, bands.geometry)
    guard let map = bands.maps[layer] else { preconditionFailure("layer \(layer) is not kept") }
    let settled = newMap(of: layer)
    let addend = geometry.addends[layer]
    // What is added for the last time goes band by band, as the image does.
    let ending = addend.flatMap { geometry.lastUses[$0] == layer ? bands.outputs[$0] : nil }
    let rows = (0..<map.bandCount).map(map.rows(ofBand:))
    let read = [map] + [ending].compactMap(\.self)
    for map in read { map.announceLastReadings(rows) }
    ThreadTeam.forEach(map.bandCount, threads: threads) { band in
      settled.store(bands.output(of: layer, inBand: band, of: map), asBand: band)
      for map in read { map.finishReading(rows[band]) }
    }
    (self.bands.maps[layer], self.bands.outputs[layer]) = (nil, settled)
    if ending != nil, let addend { self.bands.outputs[addend] = nil }
  }
}
