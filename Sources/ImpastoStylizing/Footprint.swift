import ImpastoCompute
import ImpastoNetworks
import ImpastoTensors

/// The memory and the operations that it takes to run the network, depending on which layers' images
/// are kept; all others are computed again, band by band, where they are needed.
struct Footprint {
  let geometry: BandGeometry
  let scalarType: ScalarType
  let threads: Int

  /// The layers after a kept image, or after the photo, up to the next kept image.
  struct Stretch {
    /// Multiplications and additions of all convolutions; those computed again count again.
    let operations: Int
    /// The most bytes in use at one time.
    let peakBytes: Int
  }

  /// The most layers from one kept image to the next.
  private static let longest = 64

  init(_ geometry: BandGeometry, _ scalarType: ScalarType, threads: Int) {
    (self.geometry, self.scalarType, self.threads) = (geometry, scalarType, threads)
  }

  /// Chooses the layers whose images are kept, so that all stretches together cost least.
  ///
  /// - Parameters:
  ///   - cost: The cost of a stretch; nil where it must not be used.
  ///   - sum: The cost of two stretches together.
  /// - Returns: The layers in order, the last one included; nil where no choice is possible.
  func cheapestKept(cost: (Stretch) -> Int?, sum: (Int, Int) -> Int) -> [Int]? {
    // For each layer in order: the least cost of keeping its image, and the kept image before it.
    var ways: [(cost: Int, source: Int)?] = []
    for layer in geometry.layers.indices {
      var best: (cost: Int, source: Int)?
      for source in max(-1, layer - Self.longest)..<layer {
        guard let before = source < 0 ? 0 : ways[source]?.cost,
          let own = cost(stretch(from: source, to: layer))
        else { continue }
        let total = sum(before, own)
        if total <= best?.cost ?? .max { best = (total, source) }
      }
      ways.append(best)
    }
    guard ways.last ?? nil != nil else { return nil }
    var kept: [Int] = []
    var layer = ways.count - 1
    while layer >= 0, let way = ways[layer] {
      kept.append(layer)
      layer = way.source
    }
    return kept.reversed()
  }

  /// The stretch from the image of `source`, or the photo for −1, to that of `layer`.
  func stretch(from source: Int, to layer: Int) -> Stretch {
    let isLong = layer > source + 1
    let isAdded = source >= 0 && geometry.lastUses[source] != nil
    let settles = isLong && source >= 0 && (isAdded || geometry.addends[source] != nil)
    // The outputs before the stretch that are added in it or after it, and those that are added after
    // it.
    let before = geometry.lastUses.indices.filter { output in
      guard output < source, let use = geometry.lastUses[output] else { return false }
      return settles ? use > source : use >= source
    }
    let after = geometry.lastUses.indices.filter { output in
      guard output < layer, let use = geometry.lastUses[output] else { return false }
      return use >= layer
    }
    let sourceBytes = source < 0 ? 0 : bytes(geometry.shapes[source])
    func sum(_ outputs: [Int]) -> Int { outputs.reduce(0) { $0 + bytes(geometry.shapes[$1]) } }
    let (start, end) = (sourceBytes + sum(before), bytes(geometry.shapes[layer]) + sum(after))

    var (peak, operations) = (0, 0)
    for between in source + 1...layer
    where between == layer || geometry.layers[between].isNormalized {
      let pass = pass(from: source, to: between)
      operations += pass.operations
      let inHand = (threads + 1) * pass.bytes
      if between < layer {
        peak = max(peak, start + inHand)
      } else {
        // The image grows while the one that it is computed from is freed band by band, two bands
        // later.
        let parts = geometry.parts(of: layer).count
        peak = max(peak, max(start, end) + 2 * start / parts + inHand)
      }
    }
    // Blocks of memory come in sizes a thirty-second part apart.
    return Stretch(operations: operations, peakBytes: peak + peak / 32 + filterBytes)
  }

  /// The cost of computing a part of a layer's image from that of `source`: the bytes in use at one
  /// time, those of all tensors together, and the operations of all parts.
  func pass(from source: Int, to layer: Int) -> (bytes: Int, allBytes: Int, operations: Int) {
    let parts = geometry.parts(of: layer)
    // One that is no remainder, where there is more than one.
    let part = parts[(parts.count - 1) / 2]
    let needed = geometry.rows(for: part, of: layer, from: source)
    var (peak, all, operations) = (0, 0, 0)
    // The scalars of the output before, and of each that is added later on, with what it adds itself.
    var input = 0
    var addends: [(lastUse: Int, count: Int)] = []
    for between in source + 1...layer {
      let (description, shape) = (geometry.layers[between], geometry.shapes[between])
      let rows = description.computedRows(
        for: between == layer ? part : needed[between] ?? part, height: shape.height)
      let framedRows = description.inputRows(for: 0..<rows.count).count
      let inputShape = geometry.shape(of: between - 1)
      let framed =
        framedRows * (inputShape.width + 2 * description.frame.padding) * inputShape.channels
      let output = rows.count * shape.width * shape.channels
      // Where channels are rearranged to pixels, the output is there in both forms.
      let outputs = description.magnification > 1 ? 2 * output : output
      let added = addends.reduce(0) { $0 + ($1.lastUse >= between ? $1.count : 0) }
      var inHand = (input + added + framed + outputs) * scalarType.size
      if between == 0 {
        // The photo's rows as scalars and as levels, with those that it keeps at hand.
        inHand += framed * (scalarType.size + 1 + StreamedPhoto.partsAtHand)
      }
      peak = max(peak, inHand)
      all += (framed + outputs) * scalarType.size
      operations += parts.count * 2 * output * description.taps * description.inputs
      input = output
      if let use = geometry.lastUses[between], use < layer { addends.append((use, 2 * output)) }
    }
    return (peak, all, operations)
  }

  /// The bytes of all filters as convolutions read them: those by tiles have 36 weights for 9.
  var filterBytes: Int {
    4 * geometry.layers.reduce(0) { $0 + $1.filterShape.count } * scalarType.size
  }

  private func bytes(_ shape: Shape) -> Int { shape.count * scalarType.size }
}
