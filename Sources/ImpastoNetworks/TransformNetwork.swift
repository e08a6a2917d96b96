public import ImpastoCompute
public import ImpastoDifferentiation
public import ImpastoTensors

/// The convolutions that all styles share.
///
/// Every convolution reads a mirrored border, has no bias and is followed by an instance
/// normalization with the style's γ and β; a rectifier follows, except after the second of a
/// residual block, where the block's input is added, and after the last, where a sigmoid gives the
/// picture.
///
/// Source: Dumoulin, Shlens, Kudlur 2017, table 4 and their code.
public struct TransformNetwork: Sendable {
  /// The widths and depth.
  public let architecture: TransformArchitecture
  /// One filter per layer, f32 OHWI.
  public let filters: [ConvolutionFilter]

  /// Creates a network from its filters.
  ///
  /// - Precondition: the filters have the shapes of the architecture's layers.
  public init(architecture: TransformArchitecture, filters: [ConvolutionFilter]) {
    self.architecture = architecture
    self.filters = filters
    for (layer, filter) in zip(architecture.layers, filters) {
      precondition(
        filter.shape == layer.filterShape, "\(layer.name) is \(filter.shape) in \(architecture)")
    }
    precondition(filters.count == architecture.layers.count, "\(filters.count) filters")
  }

  /// Creates a network with weights from N(0, 2/n), n being the weights that one output sums up.
  ///
  /// Differs from Dumoulin et al., who draw from N(0, 0.01²): normalization makes the outputs
  /// equal, but the larger weights make Adam's first steps relatively smaller.
  ///
  /// Source: He, Zhang, Ren, Sun 2015.
  public init(architecture: TransformArchitecture, seed: UInt64) {
    let filters = architecture.layers.enumerated().map { index, layer in
      var random = RandomSource(seed: seed, path: [UInt64(index)])
      let deviation = (2 / Float(layer.kernel * layer.kernel * layer.inputs)).squareRoot()
      let weights = (0..<layer.filterShape.count).map { _ in deviation * random.normal() }
      return ConvolutionFilter(Tensor(weights, shape: layer.filterShape))
    }
    self.init(architecture: architecture, filters: filters)
  }

  /// Stylises a batch of photos on a tape, to learn from them.
  ///
  /// - Parameters:
  ///   - photos: `[batch, height, width, 3]`, as `PhotoBatch` prepares them.
  ///   - rows: Each photo's γ and β.
  ///   - filters: This network's filters on the tape of `photos`.
  /// - Returns: f32 pixels in 0…1, `[batch, 4⌈height/4⌉, 4⌈width/4⌉, 3]`; what exceeds the photo
  ///   at the right and bottom is to be cut off.
  public func stylized(
    _ photos: Variable, rows: StyleRows, filters: [FilterVariable]
  ) -> Variable {
    let layers = architecture.layers
    var image = photos.padded(layers[0].frame)
    var blockInput: Residual?
    for (index, layer) in layers.enumerated() {
      if layer.blockPart == .first { blockInput = Residual(image, padding: layer.frame.padding) }
      let convolved =
        switch layer.scaling {
        case .kept: image.convolved(with: filters[index])
        case .halved: image.convolved(with: filters[index], step: ConvolutionStep(stride: 2))
        case .doubled: image.upsampledAndConvolved(with: filters[index])
        }
      let channels = architecture.channels(ofLayer: index)
      let isLast = index + 1 == layers.count
      image = convolved.instanceNormalized(
        scale: rows.scale.columns(channels), shift: rows.shift.columns(channels),
        activation: layer.activation, residual: layer.blockPart == .second ? blockInput : nil,
        frame: isLast ? Frame() : layers[index + 1].frame, outputType: isLast ? .float32 : nil)
    }
    return image
  }

  /// The filters on `tape`, as parameters or as constants.
  public func filters(on tape: Tape, areTrainable: Bool) -> [FilterVariable] {
    filters.map { FilterVariable($0, isTrainable: areTrainable, on: tape) }
  }
}

extension TransformArchitecture.Layer {
  /// `[outputs, height, width, inputs]`.
  public var filterShape: Shape { [outputs, kernel, kernel, inputs] }
}
