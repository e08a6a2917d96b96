import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors

/// Any rows of any layer's image, read or computed from what is known of a photo so far.
///
/// A value of this type only reads, so that several threads can use it at once; its arithmetic
/// takes one thread.
struct LayerBands: Sendable {
  let layers: [TransformArchitecture.Layer]
  let filters: [ConvolutionFilter]
  let plan: BandPlan
  let photo: any PhotoRows
  let backend: any ComputeBackend
  let scalarType: ScalarType
  /// The convolved image of each layer, where it is kept and not yet done with.
  var maps: [FeatureMap?]
  /// How each layer normalizes, once that is known.
  var normalizations: [InstanceNormalization?]
  /// The input of the residual block at hand.
  var blockInput: FeatureMap?

  /// Some rows of an image in order: an image's own, or the photo's.
  private struct Run {
    /// The rows of the whole image that these are.
    let rows: Range<Int>
    let image: Tensor
    /// What is added to them after normalization.
    var residual: Tensor?
  }

  /// A layer's input, within the left and right ends of its frame.
  ///
  /// - Parameter rows: May lie above or below the image, where the frame shows other rows.
  func input(of layer: Int, rows: Range<Int>) throws(ImageError) -> Tensor {
    let frame = layers[layer].frame
    let height = layer == 0 ? photo.height : plan.shapes[layer - 1].height
    let shown = rows.map { frame.row(shownAt: $0, height: height) }
    let within = max(0, rows.lowerBound)..<min(height, rows.upperBound)
    let runs = try runs(of: layer - 1, rows: within)
    let (width, channels) = (runs[0].image.shape.width, runs[0].image.shape.channels)
    var band = Tensor(
      uninitialized: [1, rows.count, width + 2 * frame.padding, channels], scalarType
    ) { _ in }
    // The image's own rows run by run, then those that the frame shows again above and below.
    for run in runs {
      let own = run.rows.clamped(to: within)
      put(run, own, layer - 1, frame, into: &band, row: own.lowerBound - rows.lowerBound)
    }
    for (index, row) in shown.enumerated() where !within.contains(rows.lowerBound + index) {
      guard let run = runs.first(where: { $0.rows.contains(row) }) else {
        preconditionFailure("row \(row), shown beyond an edge, is not among \(within)")
      }
      put(run, row..<row + 1, layer - 1, frame, into: &band, row: index)
    }
    return band
  }

  /// Normalizes rows of a run of `layer` into a band, or the photo's as they are.
  private func put(
    _ run: Run, _ rows: Range<Int>, _ layer: Int, _ frame: Frame, into band: inout Tensor, row: Int
  ) {
    let local = rows.lowerBound - run.rows.lowerBound..<rows.upperBound - run.rows.lowerBound
    let normalization = layer < 0 ? .identity(channels: 3) : normalization(of: layer)
    backend.kernels.apply(
      normalization.affine, weights: normalization.weights?.rows(rows),
      to: run.image.rows(local), activation: layer < 0 ? .linear : layers[layer].activation,
      residual: run.residual?.rows(local), frame: frame, into: &band, row: row)
  }

  private func normalization(of layer: Int) -> InstanceNormalization {
    guard let normalization = normalizations[layer] else {
      preconditionFailure("\(layers[layer].name) is used before its statistics are known")
    }
    return normalization
  }

  /// Rows of the convolved image of `layer`, or of the photo for −1.
  private func runs(of layer: Int, rows: Range<Int>) throws(ImageError) -> [Run] {
    guard layer >= 0 else {
      let batch = PhotoBatch(
        levels: try photo.levels(ofRows: rows), shape: [1, rows.count, photo.width, 3],
        scalarType: scalarType, kernels: backend.kernels)
      return [Run(rows: rows, image: batch.input)]
    }
    guard let map = maps[layer] else {
      let computed = layers[layer].computedRows(for: rows, height: plan.shapes[layer].height)
      return [Run(rows: computed, image: try convolved(layer, parts: [computed]).images[0])]
    }
    let residual = layers[layer].blockPart == .second ? blockInput : nil
    return map.bands(with: rows).map { band in
      let own = map.rows(ofBand: band)
      let part = own.clamped(to: rows)
      let local = part.lowerBound - own.lowerBound..<part.upperBound - own.lowerBound
      return Run(
        rows: part, image: map.image(ofBand: band).rows(local),
        residual: residual?.image(ofBand: band).rows(local))
    }
  }

  /// Rows of the convolved image of a layer, and the framed input from which they are computed.
  ///
  /// - Parameter parts: Consecutive rows.
  /// - Returns: An image for each part.
  func convolved(
    _ layer: Int, parts: [Range<Int>]
  ) throws(ImageError) -> (input: Tensor, images: [Tensor]) {
    let description = layers[layer]
    let rows = description.computedRows(
      for: parts[0].lowerBound..<parts[parts.count - 1].upperBound,
      height: plan.shapes[layer].height)
    let needed = description.inputRows(for: rows)
    let input = try input(of: layer, rows: needed)
    guard description.scaling != .doubled else {
      let groups = backend.convolve(
        input, with: filters[layer].mergedForUpsampling(), bias: nil, rectified: false,
        step: ConvolutionStep())
      let images = parts.map {
        // Two rows of the image are of one row of groups and the one below.
        backend.kernels.interleave(
          groups.rows(
            ($0.lowerBound - rows.lowerBound) / 2..<($0.upperBound - rows.lowerBound) / 2 + 1))
      }
      return (input, images)
    }
    let step = ConvolutionStep(stride: description.scaling == .halved ? 2 : 1)
    let images = parts.map { part in
      let own = description.inputRows(for: part)
      return backend.convolve(
        input.rows(own.lowerBound - needed.lowerBound..<own.upperBound - needed.lowerBound),
        with: filters[layer], bias: nil, rectified: false, step: step)
    }
    return (input, images)
  }

  /// The picture's levels in a band of the last layer, 8-bit RGB: none where the band lies below
  /// the photo.
  func levels(ofBand band: Int) -> [UInt8] {
    let last = layers.count - 1
    guard let map = maps[last] else { preconditionFailure("the last layer has not run") }
    let (rows, normalization) = (map.rows(ofBand: band), normalization(of: last))
    let pixels = backend.kernels.apply(
      normalization.affine, weights: normalization.weights?.rows(rows),
      to: map.image(ofBand: band), activation: layers[last].activation, outputType: .float32)
    let levels = backend.kernels.levels(pixels).levels
    // What exceeds the photo at the right and below is cut off.
    let stride = 3 * pixels.shape.width
    return (0..<rows.clamped(to: 0..<photo.height).count).flatMap {
      levels[$0 * stride..<$0 * stride + 3 * photo.width]
    }
  }
}
