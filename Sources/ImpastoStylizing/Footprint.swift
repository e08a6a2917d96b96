import ImpastoCompute
import ImpastoNetworks
import ImpastoTensors

/// The memory that tensors take on a way through the network.
struct Footprint {
  let layers: [TransformArchitecture.Layer]
  let shapes: [Shape]
  let bandHeight: Int
  let keeps: [Bool]
  let scalarType: ScalarType
  let threads: Int

  /// The bytes at the layer where they are most.
  ///
  /// A kept image grows while the one that it is computed from is freed band by band, two bands
  /// later, so that the larger of both counts, those bands, and what threads have in hand.
  var peakBytes: Int {
    var peak = 0
    var source = 0  // The image that the next kept one is computed from.
    for layer in layers.indices {
      let part = BandPlan.partHeight(layer, layers: layers, bandHeight: bandHeight)
      let image = keeps[layer] ? bytes(shapes[layer]) : 0
      // The input of the block, beside what its two convolutions read and write.
      let blockInput = layers[layer].blockPart == nil ? 0 : bytes(shapes[layer])
      let late = 2 * (source + blockInput) * part / shapes[layer].height
      let inHand = (threads + 1) * workingBytes(layer, rows: part)
      peak = max(peak, max(source, image) + blockInput + late + inHand)
      if keeps[layer] { source = image }
    }
    // Blocks of memory come in sizes a thirty-second part apart.
    return peak + peak / 32 + filterBytes
  }

  /// The bytes of all filters as convolutions read them: those by tiles have 36 weights for 9.
  private var filterBytes: Int {
    4 * layers.reduce(0) { $0 + $1.filterShape.count } * scalarType.size
  }

  private func bytes(_ shape: Shape) -> Int { shape.count * scalarType.size }

  /// The bytes of all that is made on the way to `rows` of a layer's image.
  private func workingBytes(_ layer: Int, rows: Int) -> Int {
    let (shape, frame) = (shapes[layer], layers[layer].frame)
    let computed = layers[layer].computedRows(for: 0..<rows, height: .max / 2)
    let needed = layers[layer].inputRows(for: computed).count
    let inputShape = layer == 0 ? [1, shape.height, shape.width, 3] : shapes[layer - 1]
    let row = (inputShape.width + 2 * frame.padding) * inputShape.channels
    let output = computed.count * shape.width * shape.channels
    // Upsampling makes its four groups first.
    let outputs = layers[layer].scaling == .doubled ? 2 * output : output
    let own = (needed * row + outputs) * scalarType.size
    if layer == 0 {
      // The photo's rows as levels, with those that it keeps at hand, and as scalars.
      return own + needed * row * (1 + StreamedPhoto.partsAtHand + scalarType.size)
    }
    return own + (keeps[layer - 1] ? 0 : workingBytes(layer - 1, rows: needed))
  }
}
