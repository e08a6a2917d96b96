import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoTensors

/// Rows of a layer's output, which is made of its convolution only where it is read: −1 is the
/// photo.
struct LayerRows {
  /// Some rows in order.
  struct Run {
    /// The rows of the whole image that these are.
    let rows: Range<Int>
    let image: Tensor
    /// The image that is added to them after the activation.
    var residual: Tensor?
  }

  let layer: Int
  /// Consecutive rows.
  var runs: [Run]
  /// Indicates whether the rows are the output itself.
  var isFinished = false
}

/// The layers of a network for one part of the rows of one of them.
struct BandOperations: NetworkOperations {
  typealias Image = LayerRows
  typealias Failure = ImageError

  let bands: LayerBands
  /// The rows of each layer's output that are read on the way.
  let needed: [Int: Range<Int>]
  /// The rows of outputs to put by, by their layers.
  let wanted: [Int: Range<Int>]
  /// The outputs put by.
  private(set) var outputs: [Int: Tensor] = [:]

  init(bands: LayerBands, needed: [Int: Range<Int>], wanted: [Int: Range<Int>]) {
    (self.bands, self.needed, self.wanted) = (bands, needed, wanted)
  }

  private var geometry: BandGeometry { bands.geometry }
  private var kernels: TensorKernels { bands.backend.kernels }

  /// The rows of an output that is at hand.
  func output(of layer: Int) throws(ImageError) -> LayerRows {
    let rows = rows(of: layer)
    return layer < 0 ? try bands.photoRows(rows) : bands.keptOutput(of: layer, rows: rows)
  }

  private func rows(of layer: Int) -> Range<Int> {
    guard let rows = needed[layer] else { preconditionFailure("no rows of layer \(layer)") }
    return rows
  }

  mutating func convolved(_ input: LayerRows, layer: Int) throws(ImageError) -> LayerRows {
    let computed = bands.layers[layer].computedRows(
      for: rows(of: layer), height: geometry.shapes[layer].height)
    let images = try convolutions(of: input, layer: layer, bands: [computed])
    return LayerRows(layer: layer, runs: [LayerRows.Run(rows: computed, image: images[0])])
  }

  func finished(_ convolution: LayerRows, layer: Int, adding addend: LayerRows?) -> LayerRows {
    guard let source = geometry.addends[layer] else { return convolution }
    let rows = rows(of: layer)
    let parts: [(rows: Range<Int>, image: Tensor)] =
      addend.map { [(rows, output($0, rows))] }
      ?? bands.keptOutput(of: source, rows: rows).runs.map { ($0.rows, $0.image) }
    let whole = convolution.runs[0]
    return LayerRows(
      layer: layer,
      runs: parts.map { rows, residual in
        LayerRows.Run(
          rows: rows, image: whole.image.rows(rows.shifted(by: -whole.rows.lowerBound)),
          residual: residual)
      })
  }

  /// The convolution of a layer in bands: an image for each.
  mutating func convolutions(
    of input: LayerRows, layer: Int, bands parts: [Range<Int>]
  ) throws(ImageError) -> [Tensor] {
    let (description, filter) = (bands.layers[layer], bands.network.parameters[layer].filter)
    let rows = description.computedRows(
      for: parts[0].joined(with: parts[parts.count - 1]), height: geometry.shapes[layer].height)
    let needed = description.inputRows(for: rows)
    let wanted = wanted[layer - 1]
    let framed = framed(
      input, for: layer, rows: wanted.map { $0.joined(with: needed) } ?? needed)
    if let wanted {
      outputs[layer - 1] = framed.image.rows(wanted.shifted(by: -framed.first))
        .interior(description.frame.padding)
    }
    let merged = description.merging.map(filter.merged(by:)) ?? filter
    func convolution(_ rows: Range<Int>) -> Tensor {
      bands.backend.convolve(
        framed.image.rows(rows.shifted(by: -framed.first)), with: merged, bias: nil,
        rectified: false, step: ConvolutionStep(stride: description.stride))
    }
    guard description.magnification > 1 else {
      return parts.map { convolution(description.inputRows(for: $0)) }
    }
    let groups = grouped(convolution(needed), layer)
    return parts.map { part in
      let local = part.shifted(by: -rows.lowerBound)
      let factor = description.magnification
      switch description.scaling {
      case .doubled(let doubling) where doubling != .bilinear:
        // Two rows of the image are of one row of groups and the one below.
        return kernels.interleave(groups.rows(local.lowerBound / 2..<local.upperBound / 2 + 1))
      default:
        return kernels.depthToSpace(
          groups.rows(local.lowerBound / factor..<local.upperBound / factor), factor: factor)
      }
    }
  }

  /// A convolution with the bias of the channels that are then rearranged, if they have one.
  private func grouped(_ convolution: Tensor, _ layer: Int) -> Tensor {
    guard bands.layers[layer].biasesBeforeRearranging,
      let bias = bands.network.parameters[layer].shift
    else { return convolution }
    return kernels.apply(ChannelAffine(bias: bias), to: convolution)
  }

  /// Rows of a layer's input, within the left and right ends of its frame.
  ///
  /// - Parameter rows: May lie above or below the image, where the frame shows other rows.
  /// - Returns: The rows, and which the first of them is.
  private func framed(
    _ input: LayerRows, for layer: Int, rows: Range<Int>
  ) -> (image: Tensor, first: Int) {
    let (frame, shape) = (bands.layers[layer].frame, geometry.shape(of: layer - 1))
    let within = rows.clamped(to: 0..<shape.height)
    var band = Tensor(
      uninitialized: [1, rows.count, shape.width + 2 * frame.padding, shape.channels],
      bands.scalarType
    ) { _ in }
    // The image's own rows run by run, then those that the frame shows again above and below.
    for run in input.runs where run.rows.overlaps(within) {
      let own = run.rows.clamped(to: within)
      put(run, of: input, own, frame, into: &band, row: own.lowerBound - rows.lowerBound)
    }
    for row in rows where !within.contains(row) {
      let place = row - rows.lowerBound
      guard let shown = frame.row(shownAt: row, height: shape.height) else {
        band.zeroRow(place)
        continue
      }
      guard let run = input.runs.first(where: { $0.rows.contains(shown) }) else {
        preconditionFailure("row \(shown), shown beyond an edge, is not in hand")
      }
      put(run, of: input, shown..<shown + 1, frame, into: &band, row: place)
    }
    return (band, rows.lowerBound)
  }

  /// Rows of an output in hand as an image of its own.
  private func output(_ input: LayerRows, _ rows: Range<Int>) -> Tensor {
    let shape = geometry.shape(of: input.layer)
    var image = Tensor(
      uninitialized: [1, rows.count, shape.width, shape.channels], bands.scalarType
    ) { _ in }
    for run in input.runs where run.rows.overlaps(rows) {
      let own = run.rows.clamped(to: rows)
      put(run, of: input, own, Frame(), into: &image, row: own.lowerBound - rows.lowerBound)
    }
    return image
  }

  /// Finishes rows of a run into a band.
  private func put(
    _ run: LayerRows.Run, of input: LayerRows, _ rows: Range<Int>, _ frame: Frame,
    into band: inout Tensor, row: Int
  ) {
    let local = rows.shifted(by: -run.rows.lowerBound)
    let normalization =
      input.isFinished
      ? .identity(channels: run.image.shape.channels) : bands.normalization(of: input.layer)
    kernels.apply(
      normalization.affine, weights: normalization.weights?.rows(rows),
      to: run.image.rows(local),
      activation: input.isFinished ? .linear : bands.layers[input.layer].activation,
      residual: run.residual?.rows(local), frame: frame, into: &band, row: row)
  }
}

extension Range<Int> {
  fileprivate func shifted(by distance: Int) -> Range<Int> {
    lowerBound + distance..<upperBound + distance
  }
}

extension Tensor {
  /// Fills a row of one image with zeros.
  fileprivate mutating func zeroRow(_ row: Int) {
    let byteCount = shape.width * shape.channels * scalarType.size
    withUnsafeMutableBytes { bytes in
      let row = bytes[row * byteCount..<(row + 1) * byteCount]
      UnsafeMutableRawBufferPointer(rebasing: row).copyBytes(
        from: repeatElement(0, count: byteCount))
    }
  }

  /// The image without a border of `padding` columns.
  fileprivate func interior(_ padding: Int) -> Tensor {
    let (height, width) = (shape.height, shape.width - 2 * padding)
    let pixel = shape.channels * scalarType.size
    return Tensor(uninitialized: [1, height, width, shape.channels], scalarType) { interior in
      withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        for row in 0..<height {
          interior.advanced(by: row * width * pixel).copyMemory(
            from: start.advanced(by: (row * shape.width + padding) * pixel),
            byteCount: width * pixel)
        }
      }
    }
  }
}
