public import ImpastoCompute
public import ImpastoTensors

/// A tensor in a computation, with its gradient if one is needed.
public struct Variable {
  /// The result of the operation.
  public let value: Tensor
  /// The sum of its gradients; nil for constants.
  package let slot: GradientSlot?
  /// The computation that it belongs to.
  package let tape: Tape

  /// The extents of the value.
  public var shape: Shape { value.shape }

  /// The gradient of a parameter, once `Tape.differentiate(_:)` has run; nil where the result
  /// does not depend on it.
  public var gradient: Tensor? { slot?.current }

  var kernels: TensorKernels { tape.kernels }
}

/// A convolution's filter in a computation.
public struct FilterVariable {
  /// The weights.
  public let filter: ConvolutionFilter
  let slot: GradientSlot?

  /// The gradient of the weights, f32 OHWI, once `Tape.differentiate(_:)` has run.
  public var gradient: Tensor? { slot?.current }

  /// A filter whose gradient is wanted if `tape` records and `isTrainable`.
  ///
  /// For a constant filter no weight gradient is computed and no input is kept.
  public init(_ filter: ConvolutionFilter, isTrainable: Bool, on tape: Tape) {
    self.filter = filter
    slot = isTrainable && tape.isRecording ? GradientSlot() : nil
  }
}
