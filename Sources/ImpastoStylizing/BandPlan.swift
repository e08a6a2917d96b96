import ImpastoCompute
package import ImpastoNetworks
package import ImpastoTensors

/// How a photo goes through the network: in which bands, and which layers' images are kept.
///
/// An image that is not kept is computed again each time that a layer after it needs some of its
/// rows. That costs time, and changes no bit of the picture.
package struct BandPlan: Sendable {
  /// The extents of each layer's image, `[1, height, width, channels]`.
  package let shapes: [Shape]
  /// The rows of a band of any layer's image.
  package let bandHeight: Int
  /// Whether each layer's image is kept.
  package let keeps: [Bool]
  /// How many threads work at once.
  package let threads: Int
  /// The bytes that tensors take at most.
  package let peakBytes: Int

  private let layers: [TransformArchitecture.Layer]

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
    let plan = candidates(architecture, width, height, scalarType, threads)
      .filter { $0.peakBytes <= memory }
      .min { $0.operationCount < $1.operationCount }
    guard plan == nil, threads > 1 else { return plan }
    return quickest(
      architecture, width: width, height: height, scalarType: scalarType, threads: threads / 2,
      memory: memory)
  }

  /// The bytes that even the leanest way takes: that of one thread.
  package static func leastBytes(
    _ architecture: TransformArchitecture, width: Int, height: Int, scalarType: ScalarType
  ) -> Int {
    candidates(architecture, width, height, scalarType, 1).map(\.peakBytes).min() ?? 0
  }

  /// A plan for each choice of what is kept of the layers before and after the residual blocks.
  ///
  /// Residual blocks work on the smallest images and take most of the operations: theirs are kept.
  /// So is the last, which is small too.
  package static func candidates(
    _ architecture: TransformArchitecture, _ width: Int, _ height: Int, _ scalarType: ScalarType,
    _ threads: Int
  ) -> [BandPlan] {
    let count = architecture.layers.count
    let optional = [0, 1, count - 3, count - 2]
    return (0..<1 << optional.count).map { choice in
      var keeps = [Bool](repeating: true, count: count)
      for (bit, layer) in optional.enumerated() { keeps[layer] = choice >> bit & 1 == 0 }
      return BandPlan(
        architecture, width: width, height: height, scalarType: scalarType, threads: threads,
        keeps: keeps)
    }
  }

  private init(
    _ architecture: TransformArchitecture, width: Int, height: Int, scalarType: ScalarType,
    threads: Int, keeps: [Bool]
  ) {
    layers = architecture.layers
    (self.keeps, self.threads) = (keeps, threads)
    shapes = architecture.shapes(width: width, height: height)
    // Few enough bands that their overlaps cost little, enough that all threads have some to do, and
    // small enough for large photos; multiples of 4 rows, as the tiles of the convolutions are.
    // Memory has no say in it, so that the bands, and with them the sums over each, are the same
    // however much is kept.
    let quarterHeight = (height + 3) / 4
    bandHeight = (max(8, min(16, quarterHeight / 8), quarterHeight / 96) + 3) / 4 * 4
    let footprint = Footprint(
      layers: layers, shapes: shapes, bandHeight: bandHeight, keeps: keeps, scalarType: scalarType,
      threads: threads)
    peakBytes = footprint.peakBytes
  }

  /// How many times smaller than the photo a layer's image is.
  func reduction(of layer: Int) -> Int {
    layers[...layer].reduce(1) {
      switch $1.scaling {
      case .kept: $0
      case .halved: 2 * $0
      case .doubled: $0 / 2
      }
    }
  }

  /// The rows of a layer's image that are computed at a time: the same part of the photo in all
  /// layers.
  func parts(of layer: Int) -> [Range<Int>] {
    let height = shapes[layer].height
    let step = Self.partHeight(layer, layers: layers, bandHeight: bandHeight)
    return stride(from: 0, to: height, by: step).map { $0..<min($0 + step, height) }
  }

  /// The parts of all layers together that a picture with as many `regions` takes.
  ///
  /// With regions each mixture runs alone, and then all of them, which need the kept images only.
  func bandCount(regions: Int) -> Int {
    layers.indices.reduce(0) { sum, layer in
      let last = regions > 0 && keeps[layer] ? 1 : 0
      return sum + (1 + regions + last) * parts(of: layer).count
    }
  }

  /// The rows of a part of a layer's image, but for the last.
  static func partHeight(
    _ layer: Int, layers: [TransformArchitecture.Layer], bandHeight: Int
  ) -> Int {
    layers[...layer].reduce(4 * bandHeight) { $1.scaling.scaled($0) }
  }

  /// How often each layer's convolution is computed.
  package var passes: [Int] {
    var passes = [Int](repeating: 1, count: layers.count)
    for layer in layers.indices.reversed() where !keeps[layer] {
      passes[layer] += passes[layer + 1]
    }
    return passes
  }

  /// Multiplications and additions of all convolutions, each as often as it is computed.
  private var operationCount: Int {
    zip(passes, zip(layers, shapes)).reduce(0) { sum, step in
      let (passes, (layer, shape)) = step
      return sum + passes * 2 * shape.count * layer.taps * layer.inputs
    }
  }
}
