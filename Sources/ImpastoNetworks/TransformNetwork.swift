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

  /// Stylises a batch of photos.
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
    run(photos, filters: filters) { convolved, _, channels, following in
      convolved.instanceNormalized(
        scale: rows.scale.columns(channels), shift: rows.shift.columns(channels),
        activation: following.activation, residual: following.residual, frame: following.frame,
        outputType: following.outputType)
    }
  }

  /// Stylises one photo with several mixtures, each in its place.
  ///
  /// Each layer normalizes by the statistics that it has where the whole photo is painted with one
  /// mixture alone. A part thus looks as in that picture, and the rest as without the part. This
  /// takes a pass for each mixture before the one that they share.
  ///
  /// - Parameters:
  ///   - photo: `[1, height, width, 3]`, on a tape that does not record.
  ///   - rows: γ and β of each mixture.
  ///   - places: How much each mixture counts where.
  ///   - filters: This network's filters on the tape of `photo`.
  /// - Returns: As for one mixture; where one of them has all the weight far and wide, its pixels.
  public func stylized(
    _ photo: Variable, rows: [StyleRows], places: MixtureMap, filters: [FilterVariable]
  ) -> Variable {
    precondition(
      photo.shape.batch == 1 && rows.count == places.count,
      "\(rows.count) mixtures in \(places.count) places of \(photo.shape.batch) photos")
    var ways = architecture.layers.map { _ in [PlacedNormalization]() }
    for row in rows {
      _ = run(photo, filters: filters) { convolved, layer, channels, following in
        let (scale, shift) = (row.scale.columns(channels), row.shift.columns(channels))
        ways[layer].append(
          PlacedNormalization(
            statistics: convolved.channelStatistics(), scale: scale, shift: shift))
        return convolved.instanceNormalized(
          scale: scale, shift: shift, activation: following.activation,
          residual: following.residual, frame: following.frame, outputType: following.outputType)
      }
    }
    return run(photo, filters: filters) { convolved, layer, _, following in
      convolved.normalized(
        ways[layer], weights: places.weights(covering: convolved.shape),
        activation: following.activation, residual: following.residual, frame: following.frame,
        outputType: following.outputType)
    }
  }

  /// What a layer does after its normalization.
  private struct Following {
    var activation = Activation.rectified
    var residual: Residual?
    var frame: Frame
    var outputType: ScalarType?
  }

  /// Runs all layers on `photos`.
  ///
  /// - Parameter normalize: Normalizes the result of one layer's convolution, which it gets with
  ///   the number of the layer and the layer's channels among those of all layers.
  private func run(
    _ photos: Variable, filters: [FilterVariable],
    normalize: (Variable, Int, Range<Int>, Following) -> Variable
  ) -> Variable {
    var next = 0
    var channel = 0
    func normalized(_ convolved: Variable, _ following: Following) -> Variable {
      let channels = channel..<channel + convolved.shape.channels
      channel = channels.upperBound
      return normalize(convolved, next - 1, channels, following)
    }
    func nextFilter() -> FilterVariable {
      defer { next += 1 }
      return filters[next]
    }

    let mirrored = Following(frame: Frame(padding: 1))
    let readyToUpsample = Following(frame: Frame(padding: 1, border: .repeated))
    let halving = ConvolutionStep(stride: 2)
    var image = photos.padded(Frame(padding: 4))
    image = normalized(image.convolved(with: nextFilter()), mirrored)
    image = normalized(image.convolved(with: nextFilter(), step: halving), mirrored)
    image = normalized(image.convolved(with: nextFilter(), step: halving), mirrored)
    for block in 1...architecture.residualBlocks {
      let inner = normalized(image.convolved(with: nextFilter()), mirrored)
      let frame = block < architecture.residualBlocks ? mirrored.frame : readyToUpsample.frame
      image = normalized(
        inner.convolved(with: nextFilter()),
        Following(activation: .linear, residual: Residual(image, padding: 1), frame: frame))
    }
    image = normalized(image.upsampledAndConvolved(with: nextFilter()), readyToUpsample)
    image = normalized(
      image.upsampledAndConvolved(with: nextFilter()), Following(frame: Frame(padding: 4)))
    return normalized(
      image.convolved(with: nextFilter()),
      Following(activation: .sigmoid, frame: Frame(), outputType: .float32))
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
