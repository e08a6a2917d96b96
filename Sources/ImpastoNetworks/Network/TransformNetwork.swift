public import ImpastoCompute
public import ImpastoDifferentiation
public import ImpastoTensors

/// The layers that all styles share, with their parameters.
///
/// Conditional layers are normalized with the γ and β of a style.
public struct TransformNetwork: Sendable {
  /// The layers.
  public let architecture: TransformArchitecture
  /// One per layer.
  public let parameters: [LayerParameters]

  /// The numbers that all styles share.
  public var weightCount: Int {
    parameters.reduce(0) { sum, layer in
      sum + layer.filter.weights.count + (layer.scale?.count ?? 0) + (layer.shift?.count ?? 0)
    }
  }

  /// Creates a network from its parameters.
  ///
  /// - Precondition: they have the shapes of the architecture's layers.
  public init(architecture: TransformArchitecture, parameters: [LayerParameters]) {
    self.architecture = architecture
    self.parameters = parameters
    precondition(parameters.count == architecture.layers.count, "\(parameters.count) layers")
    for (layer, own) in zip(architecture.layers, parameters) {
      precondition(
        own.filter.shape == layer.filterShape && own.scale?.shape == layer.scaleShape
          && own.shift?.shape == layer.shiftShape,
        "\(layer.name) has a filter \(own.filter.shape) in \(architecture)")
    }
  }

  /// Creates a network whose layers have nothing of their own but filters.
  public init(architecture: TransformArchitecture, filters: [ConvolutionFilter]) {
    self.init(
      architecture: architecture, parameters: filters.map { LayerParameters(filter: $0) })
  }

  /// The filter of each layer.
  public var filters: [ConvolutionFilter] { parameters.map(\.filter) }

  /// Creates a network with weights from N(0, 2/n), n being the weights that one output sums up; of
  /// its own γ all are 1, of its β and biases all are 0.
  ///
  /// Differs from Dumoulin et al., who draw from N(0, 0.01²): normalization makes the outputs
  /// equal, but the larger weights make Adam's first steps relatively smaller.
  ///
  /// Source: He, Zhang, Ren, Sun 2015.
  public init(architecture: TransformArchitecture, seed: UInt64) {
    let parameters = architecture.layers.enumerated().map { index, layer in
      var random = RandomSource(seed: seed, path: [UInt64(index)])
      let deviation = (2 / Float(layer.kernel * layer.kernel * layer.inputs)).squareRoot()
      let weights = (0..<layer.filterShape.count).map { _ in deviation * random.normal() }
      return LayerParameters(
        filter: ConvolutionFilter(Tensor(weights, shape: layer.filterShape)),
        scale: layer.scaleShape.map { Tensor(repeating: 1, shape: $0) },
        shift: layer.shiftShape.map { Tensor(zeros: $0) })
    }
    self.init(architecture: architecture, parameters: parameters)
  }

  /// The parameters on `tape`, as parameters or as constants.
  public func variables(on tape: Tape, areTrainable: Bool) -> [LayerVariables] {
    parameters.map { LayerVariables($0, areTrainable: areTrainable, on: tape) }
  }

  /// Stylises a batch of photos on a tape, to learn from them.
  ///
  /// - Parameters:
  ///   - photos: `[batch, height, width, 3]`, as `PhotoBatch` prepares them.
  ///   - rows: Each photo's γ and β.
  ///   - variables: This network's parameters on the tape of `photos`.
  /// - Returns: f32 pixels, 0…1 for black to white, of the photos' extents or some more; what exceeds
  ///   the photo at the right and bottom is to be cut off.
  public func stylized(
    _ photos: Variable, rows: StyleRows, variables: [LayerVariables]
  ) -> Variable {
    output(of: photos, rows: rows, variables: variables)
  }

  /// Enlarges a batch of photos on a tape, to learn from them.
  ///
  /// - Parameters:
  ///   - photos: `[batch, height, width, 3]`, as `PhotoBatch` prepares them.
  ///   - base: The photos' pixels, each repeated as a square of the architecture's magnification: f32
  ///     0…1.
  ///   - variables: This network's parameters on the tape of `photos`.
  /// - Returns: f32 pixels, 0…1 for black to white, of the shape of `base`.
  /// - Precondition: no layer is conditional.
  public func enlarged(
    _ photos: Variable, base: Tensor, variables: [LayerVariables]
  ) -> Variable {
    output(of: photos, rows: nil, variables: variables)
      .biased(residual: Residual(photos.tape.constant(base), padding: 0))
  }

  /// The output of the last layer, in pixels of 0…1.
  private func output(
    of photos: Variable, rows: StyleRows?, variables: [LayerVariables]
  ) -> Variable {
    var operations = TapeOperations(architecture: architecture, rows: rows, variables: variables)
    let layers = architecture.layers
    let image = architecture.run(
      layers.indices, from: operations.framed(photos, for: 0), with: &operations)
    let output = architecture.output
    guard output != .unit else { return image.variable }
    return image.variable.mapped(by: output.affine.repeated(image.variable.shape.batch))
  }
}

/// The layers of a network on a tape: images are kept within the frame that the next layer needs, so
/// that one pass normalizes, activates and frames.
private struct TapeOperations: NetworkOperations {
  struct Image {
    let variable: Variable
    /// The width of the frame around it.
    let padding: Int
  }

  let architecture: TransformArchitecture
  /// The γ and β of the conditional layers; nil where there are none.
  let rows: StyleRows?
  let variables: [LayerVariables]

  func framed(_ photos: Variable, for layer: Int) -> Image {
    let frame = architecture.layers[layer].frame
    return Image(variable: photos.padded(frame), padding: frame.padding)
  }

  func convolved(_ input: Image, layer: Int) -> Image {
    let (description, own) = (architecture.layers[layer], variables[layer])
    let image = input.variable
    let convolution =
      switch description.scaling {
      case .kept: image.convolved(with: own.filter)
      case .halved(blurred: false):
        image.convolved(with: own.filter, step: ConvolutionStep(stride: 2))
      case .halved(blurred: true): image.blurredAndConvolved(with: own.filter, stride: 2)
      case .doubled(let doubling): image.doubledAndConvolved(with: own.filter, doubling)
      case .rearranged(let factor):
        biased(image.convolved(with: own.filter), layer).rearranged(by: factor)
      }
    return Image(variable: convolution, padding: 0)
  }

  /// A convolution with the bias of the channels that are then rearranged, if they have one.
  private func biased(_ convolution: Variable, _ layer: Int) -> Variable {
    guard architecture.layers[layer].biasesBeforeRearranging, let bias = variables[layer].shift
    else {
      return convolution
    }
    return convolution.biased(by: bias.repeated(convolution.shape.batch))
  }

  func finished(_ convolution: Image, layer: Int, adding addend: Image?) -> Image {
    let (description, own) = (architecture.layers[layer], variables[layer])
    let image = convolution.variable
    let batch = image.shape.batch
    let isLast = layer + 1 == architecture.layers.count
    let frame = isLast ? Frame() : architecture.layers[layer + 1].frame
    let residual = addend.map { Residual($0.variable, padding: $0.padding) }
    let outputType: ScalarType? = isLast ? .float32 : nil
    func normalized(_ scale: Variable, _ shift: Variable, _ epsilon: Float) -> Variable {
      image.instanceNormalized(
        scale: scale, shift: shift, epsilon: epsilon, activation: description.activation,
        residual: residual, frame: frame, outputType: outputType)
    }
    let output: Variable
    switch description.normalization {
    case .conditional(let epsilon):
      guard let rows else { preconditionFailure("\(description.name) is run without a style") }
      let channels = architecture.channels(ofLayer: layer)
      output = normalized(rows.scale.columns(channels), rows.shift.columns(channels), epsilon)
    case .fixed(let epsilon):
      guard let scale = own.scale, let shift = own.shift else {
        preconditionFailure("\(description.name) lacks its γ and β")
      }
      output = normalized(scale.repeated(batch), shift.repeated(batch), epsilon)
    case .none:
      let bias = description.biasesBeforeRearranging ? nil : own.shift?.repeated(batch)
      output = image.biased(
        by: bias, activation: description.activation, residual: residual, frame: frame,
        outputType: outputType)
    }
    return Image(variable: output, padding: frame.padding)
  }
}
