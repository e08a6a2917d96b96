public import ImpastoCompute
public import ImpastoDifferentiation
public import ImpastoTensors

/// The parameters of one layer, which all styles share.
public struct LayerParameters: Sendable {
  /// f32 OHWI, of the layer's `filterShape`.
  public let filter: ConvolutionFilter
  /// The γ of a fixed normalization, f32 `[outputs]`.
  public let scale: Tensor?
  /// The β of a fixed normalization, or a bias, f32 of the layer's `shiftShape`.
  public let shift: Tensor?

  /// Creates the parameters of a layer.
  public init(filter: ConvolutionFilter, scale: Tensor? = nil, shift: Tensor? = nil) {
    (self.filter, self.scale, self.shift) = (filter, scale, shift)
  }
}

extension TransformArchitecture.Layer {
  /// The shape of its scale; nil where it has none.
  package var scaleShape: Shape? {
    if case .fixed = normalization { [outputs] } else { nil }
  }

  /// The shape of its shift; nil where it has none.
  package var shiftShape: Shape? {
    switch normalization {
    case .conditional, .none(hasBias: false): nil
    case .fixed: [outputs]
    case .none(hasBias: true): [filterOutputs]
    }
  }

  /// The name of its filter in files.
  package var filterName: String { "network.\(name).weight" }

  /// The name of its scale in files; nil where it has none.
  package var scaleName: String? { scaleShape.map { _ in "network.\(name).gamma" } }

  /// The name of its shift in files; nil where it has none.
  package var shiftName: String? {
    shiftShape.map { _ in "network.\(name).\(scaleShape == nil ? "bias" : "beta")" }
  }
}

/// The parameters of one layer in a computation.
public struct LayerVariables {
  /// The filter.
  public let filter: FilterVariable
  /// The γ of a fixed normalization.
  public let scale: Variable?
  /// The β of a fixed normalization, or a bias.
  public let shift: Variable?

  /// Puts parameters on `tape`, as parameters or as constants.
  init(_ parameters: LayerParameters, areTrainable: Bool, on tape: Tape) {
    filter = FilterVariable(parameters.filter, isTrainable: areTrainable, on: tape)
    let variable = areTrainable ? tape.parameter : tape.constant
    scale = parameters.scale.map(variable)
    shift = parameters.shift.map(variable)
  }
}
