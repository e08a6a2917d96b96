import ImpastoTensors

// What is handed to C is checked here first: there a wrong type, shape or count would be read or
// written beyond its end.

/// Checks that two operands of an elementwise loop agree.
func checkSame(_ a: Tensor, _ b: Tensor) {
  precondition(
    a.shape == b.shape && a.scalarType == b.scalarType, "\(a.kind) against \(b.kind)")
}

/// Checks that a tensor holds what the loops read as f32.
func checkFloat32(_ tensor: Tensor, _ what: String) {
  precondition(tensor.scalarType == .float32, "\(tensor.kind) for \(what), which are f32")
}

/// Checks the result's type of a loop that widens or keeps its input's.
func checkOutput(_ outputType: ScalarType, of input: Tensor) {
  precondition(
    outputType == input.scalarType || outputType == .float32,
    "\(outputType.rawValue) made of \(input.kind)")
}

/// Checks that there is one number for each channel, of each image or as many times as there are
/// `rows`.
func checkCount(_ numbers: [Float], _ count: Int, _ what: String, _ shape: Shape) {
  precondition(
    numbers.count == count, "\(numbers.count) \(what) for \(shape), which takes \(count)")
}

/// Checks the operands of a forward convolution.
func checkOperands(
  _ input: Tensor, bias: Tensor?, _ shape: ConvolutionShape, _ backend: some ComputeBackend
) {
  precondition(
    backend.supports(input.scalarType), "\(input.kind), which \(backend.name) does not compute")
  if let bias {
    precondition(
      bias.scalarType == .float32 && bias.shape == [shape.filter[0]],
      "a bias of \(bias.kind) for \(shape.filter[0]) outputs")
  }
}

/// Checks that a gradient fits the output of its convolution, and its input's type where there is
/// one.
func checkGradient(
  _ outputGradient: Tensor, _ shape: ConvolutionShape, input: Tensor? = nil,
  _ backend: some ComputeBackend
) {
  precondition(
    outputGradient.shape == shape.output && backend.supports(outputGradient.scalarType),
    "a gradient of \(outputGradient.kind) for an output \(shape.output) of \(backend.name)")
  if let input {
    precondition(
      input.scalarType == outputGradient.scalarType,
      "a gradient of \(outputGradient.kind) for an input of \(input.kind)")
  }
}

extension Tensor {
  /// Its type and shape, as `f32 [1×4×4×3]`.
  fileprivate var kind: String { "\(scalarType.rawValue) \(shape)" }
}

/// Checks that nothing is activated before something is added to it.
func checkLinear(_ activation: Activation, adding residual: Tensor?) {
  precondition(residual == nil || activation == .linear, "\(activation) before an addition")
}
