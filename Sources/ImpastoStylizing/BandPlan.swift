import ImpastoCompute
package import ImpastoNetworks
package import ImpastoTensors

/// The plan by which a photo goes through the network: its bands, and the layers whose images are
/// kept.
///
/// An image that is not kept is computed again each time that a layer after it needs some of its
/// rows. That costs time, and changes no bit of the picture.
package struct BandPlan: Sendable {
  let geometry: BandGeometry
  /// Indicates whether each layer's image is kept.
  package let keeps: [Bool]
  /// The number of threads that work at once.
  package let threads: Int
  /// The bytes that tensors take at most.
  package let peakBytes: Int

  /// Plans the quickest way through the network that takes at most `memory` bytes.
  ///
  /// Each thread has some rows in hand. Where no way fits with all `threads`, half of them work, or
  /// half of those.
  ///
  /// - Returns: nil where there is none for one thread either.
  package static func quickest(
    _ architecture: TransformArchitecture, width: Int, height: Int, scalarType: ScalarType,
    threads: Int, memory: Int
  ) -> BandPlan? {
    let footprint = Footprint(
      BandGeometry(architecture, width: width, height: height), scalarType, threads: threads)
    let whole = BandPlan(footprint, keeping: Array(architecture.layers.indices))
    if whole.peakBytes <= memory { return whole }
    let plan = footprint.cheapestKept { stretch in
      stretch.peakBytes <= memory ? stretch.operations : nil
    } sum: {
      $0 + $1
    }.map { BandPlan(footprint, keeping: $0) }
    guard plan == nil, threads > 1 else { return plan }
    return quickest(
      architecture, width: width, height: height, scalarType: scalarType, threads: threads / 2,
      memory: memory)
  }

  /// The plan that takes the fewest bytes.
  package static func leanest(
    _ architecture: TransformArchitecture, width: Int, height: Int, scalarType: ScalarType,
    threads: Int = 1
  ) -> BandPlan? {
    let footprint = Footprint(
      BandGeometry(architecture, width: width, height: height), scalarType, threads: threads)
    return footprint.cheapestKept(cost: \.peakBytes, sum: max).map {
      BandPlan(footprint, keeping: $0)
    }
  }

  /// The bytes that even the leanest way takes: that of one thread.
  package static func minimumBytes(
    _ architecture: TransformArchitecture, width: Int, height: Int, scalarType: ScalarType
  ) -> Int {
    leanest(architecture, width: width, height: height, scalarType: scalarType)?.peakBytes ?? 0
  }

  /// The plan that keeps what is said, and the last layer's image.
  package init(
    _ architecture: TransformArchitecture, width: Int, height: Int, scalarType: ScalarType,
    threads: Int, keeps: [Bool]
  ) {
    let footprint = Footprint(
      BandGeometry(architecture, width: width, height: height), scalarType, threads: threads)
    let kept = keeps.indices.filter { keeps[$0] || $0 == keeps.count - 1 }
    self.init(footprint, keeping: kept)
  }

  init(_ footprint: Footprint, keeping kept: [Int]) {
    geometry = footprint.geometry
    threads = footprint.threads
    keeps = geometry.layers.indices.map(kept.contains)
    peakBytes = zip([-1] + kept, kept).reduce(0) {
      max($0, footprint.stretch(from: $1.0, to: $1.1).peakBytes)
    }
  }

  /// The extents of each layer's image, `[1, height, width, channels]`.
  package var shapes: [Shape] { geometry.shapes }

  /// The rows of a band of any layer's image.
  package var bandHeight: Int { geometry.bandHeight }

  /// The layer whose kept image a layer is computed from; −1 for the photo.
  func source(of layer: Int) -> Int { keeps[..<layer].lastIndex(of: true) ?? -1 }

  /// The layers whose outputs are put by while a kept layer's image is computed: those that are
  /// computed on the way and added later on.
  func storedOutputs(whileComputing layer: Int) -> [Int] {
    let source = source(of: layer)
    return (max(0, source)..<layer).filter {
      (geometry.lastUses[$0] ?? -1) >= layer && !($0 == source && settles(source))
    }
  }

  /// Returns whether a kept layer's output is computed once and replaces its convolved image,
  /// because several layers are computed from it.
  func settles(_ layer: Int) -> Bool {
    guard layer >= 0, layer + 1 < keeps.count, keeps[layer], !keeps[layer + 1] else { return false }
    return geometry.addends[layer] != nil || geometry.lastUses[layer] != nil
  }

  /// The parts of all layers together that a picture with as many `regions` takes.
  ///
  /// With regions each mixture runs alone, and then all of them, which need the kept images only.
  func bandCount(regions: Int) -> Int {
    geometry.layers.indices.reduce(0) { sum, layer in
      let alone = isComputed(layer) ? 1 + regions : 0
      let together = regions > 0 && keeps[layer] ? 1 : 0
      return sum + (alone + together) * geometry.parts(of: layer).count
    }
  }

  /// Returns whether a layer's image is computed for itself: to be kept or to take its statistics.
  func isComputed(_ layer: Int) -> Bool { keeps[layer] || geometry.layers[layer].isNormalized }

  /// The number of times that each layer's convolution is computed.
  package var passes: [Int] {
    var passes = [Int](repeating: 0, count: keeps.count)
    for layer in keeps.indices where isComputed(layer) {
      for between in source(of: layer) + 1...layer { passes[between] += 1 }
    }
    return passes
  }
}
