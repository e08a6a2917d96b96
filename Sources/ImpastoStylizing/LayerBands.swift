import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors

/// Any rows of any layer's image, read or computed from what is known of a photo so far.
///
/// A value of this type only reads, so that several threads can use it at once; its arithmetic
/// takes one thread.
struct LayerBands: Sendable {
  let network: TransformNetwork
  let plan: BandPlan
  let photo: any PhotoRows
  let backend: any ComputeBackend
  let scalarType: ScalarType
  /// The convolved image of each layer, where it is kept and not yet done with.
  var maps: [FeatureMap?]
  /// The output of each layer, where later ones still need it.
  var outputs: [FeatureMap?]
  /// The normalization of each layer, once that is known.
  var normalizations: [InstanceNormalization?]

  var layers: [TransformArchitecture.Layer] { network.architecture.layers }
  var geometry: BandGeometry { plan.geometry }

  /// The statistics of some rows of a layer's image, of which only what is visible counts.
  func statistics(
    of image: Tensor, rows: Range<Int>, of layer: Int, _ visibility: Visibility?
  ) -> ChannelStatistics {
    let weights = visibility?.weights(
      ofRows: rows, width: image.shape.width, reducedBy: geometry.reductions[layer])
    return weights.map { backend.kernels.channelStatistics(image, weights: $0) }
      ?? backend.kernels.channelStatistics(image)
  }

  func normalization(of layer: Int) -> InstanceNormalization {
    guard let normalization = normalizations[layer] else {
      preconditionFailure("\(layers[layer].name) is used before its statistics are known")
    }
    return normalization
  }

  /// Some bands of the convolved image of a layer, and rows of outputs on the way to it.
  ///
  /// - Parameters:
  ///   - bands: The rows of consecutive bands.
  ///   - wanted: The rows of outputs to give back, by their layers.
  /// - Returns: An image for each band and for each output.
  func convolved(
    _ layer: Int, bands: [Range<Int>], wanting wanted: [Int: Range<Int>] = [:]
  ) throws(ImageError) -> (images: [Tensor], outputs: [Int: Tensor]) {
    let rows = bands[0].joined(with: bands[bands.count - 1])
    let source = plan.source(of: layer)
    let needed = geometry.rows(for: rows, of: layer, from: source, wanted: wanted)
    var operations = BandOperations(bands: self, needed: needed, wanted: wanted)
    let start = try operations.output(of: source)
    let input = try network.architecture.run(source + 1..<layer, from: start, with: &operations)
    let images = try operations.convolutions(of: input, layer: layer, bands: bands)
    return (images, operations.outputs)
  }

  /// Rows of the output of a layer whose convolved image or output is kept, in runs as they lie
  /// there.
  func keptOutput(of layer: Int, rows: Range<Int>) -> LayerRows {
    if let output = outputs[layer] {
      return LayerRows(
        layer: layer, runs: output.runs(rows).map { LayerRows.Run(rows: $0, image: $1) },
        isFinished: true)
    }
    guard let map = maps[layer] else {
      preconditionFailure("the image of \(layers[layer].name) is not kept")
    }
    let addend = geometry.addends[layer].map { addend in
      guard let output = outputs[addend] else {
        preconditionFailure("the output of \(layers[addend].name) is not kept")
      }
      return output
    }
    let runs = map.runs(rows).map { rows, image in
      // Bands of both have the same rows.
      LayerRows.Run(rows: rows, image: image, residual: addend?.runs(rows)[0].image)
    }
    return LayerRows(layer: layer, runs: runs)
  }

  /// Rows of the photo as the first layer reads them.
  func photoRows(_ rows: Range<Int>) throws(ImageError) -> LayerRows {
    let batch = PhotoBatch(
      levels: try photo.levels(ofRows: rows), shape: [1, rows.count, photo.width, 3],
      range: network.architecture.input, scalarType: scalarType, kernels: backend.kernels)
    return LayerRows(
      layer: -1, runs: [LayerRows.Run(rows: rows, image: batch.input)], isFinished: true)
  }

  /// A band of the output of a layer whose convolved image is `map`.
  func output(
    of layer: Int, inBand band: Int, of map: FeatureMap, as outputType: ScalarType? = nil
  ) -> Tensor {
    let (rows, normalization) = (map.rows(ofBand: band), normalization(of: layer))
    let addend = geometry.addends[layer].flatMap { outputs[$0] }
    return backend.kernels.apply(
      normalization.affine, weights: normalization.weights?.rows(rows),
      to: map.image(ofBand: band), activation: layers[layer].activation,
      residual: addend?.image(ofBand: band), outputType: outputType)
  }

  /// The last layer's output in pixels of 0…1.
  func pixels(_ output: Tensor) -> Tensor {
    let range = network.architecture.output
    return range == .unit ? output : backend.kernels.apply(range.affine, to: output)
  }

  /// The picture's levels in a band of the last layer, 8-bit RGB: none where the band lies below
  /// the photo.
  func levels(ofBand band: Int) -> [UInt8] {
    let last = layers.count - 1
    guard let map = maps[last] else { preconditionFailure("the last layer has not run") }
    let pixels = pixels(output(of: last, inBand: band, of: map, as: .float32))
    let levels = backend.kernels.levels(pixels).levels
    // What exceeds the photo at the right and below is cut off.
    let stride = 3 * pixels.shape.width
    let rows = map.rows(ofBand: band).clamped(to: 0..<photo.height)
    return (0..<rows.count).flatMap { levels[$0 * stride..<$0 * stride + 3 * photo.width] }
  }
}
