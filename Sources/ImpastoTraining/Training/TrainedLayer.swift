import ImpastoCompute
import ImpastoDifferentiation
import ImpastoNetworks
import ImpastoTensors

/// The parameters of one layer that training changes: its filter, and the γ, β or bias of its own that
/// it may have.
struct TrainedLayer {
  private(set) var filter: TrainedFilter
  private var scale: TrainedParameter?
  private var shift: TrainedParameter?

  /// Takes up training of a layer's parameters, in the state that it was left in or none.
  init(
    _ layer: TransformArchitecture.Layer, _ parameters: LayerParameters, state: TrainingState?
  ) {
    filter = TrainedFilter(
      name: layer.filterName, value: parameters.filter.weights,
      momentum: state?.momenta[layer.filterName])
    func vector(_ name: String?, _ value: Tensor?) -> TrainedParameter? {
      guard let name, let value else { return nil }
      return TrainedParameter(name: name, value: value, moments: state?.moments[name])
    }
    scale = vector(layer.scaleName, parameters.scale)
    shift = vector(layer.shiftName, parameters.shift)
  }

  /// The shapes of ``LayerGradients/all``.
  var shapes: [Shape?] { [filter.value.shape, scale?.value.shape, shift?.value.shape] }

  /// All but the filter.
  var vectors: [TrainedParameter] { [scale, shift].compactMap(\.self) }

  /// The parameters as they are now.
  var parameters: LayerParameters {
    LayerParameters(
      filter: ConvolutionFilter(filter.value), scale: scale?.value, shift: shift?.value)
  }

  /// Makes one step against `gradients`: the filter with `filterRate` as its step length, the rest as
  /// `adam` says.
  mutating func step(
    _ gradients: LayerGradients, filterRate: Float, _ adam: TensorKernels.AdamStep,
    backend: any ComputeBackend
  ) {
    filter.step(gradients.filter, learningRate: filterRate, backend: backend)
    scale?.step(gradients.scale, adam, backend.kernels)
    shift?.step(gradients.shift, adam, backend.kernels)
  }
}

/// The gradients of a layer's parameters, where the loss depends on them.
struct LayerGradients {
  let filter: Tensor?
  let scale: Tensor?
  let shift: Tensor?

  /// Takes them from a computation that was differentiated.
  init(of variables: LayerVariables) {
    filter = variables.filter.gradient
    scale = variables.scale?.gradient
    shift = variables.shift?.gradient
  }

  /// Takes the tensors of ``all``.
  init(_ tensors: ArraySlice<Tensor?>) {
    let tensors = Array(tensors)
    (filter, scale, shift) = (tensors[0], tensors[1], tensors[2])
  }

  /// The number of ``all``.
  static let count = 3

  /// All in a fixed order.
  var all: [Tensor?] { [filter, scale, shift] }
}
