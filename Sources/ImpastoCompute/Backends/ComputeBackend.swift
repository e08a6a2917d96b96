public import ImpastoTensors

/// An implementation of the arithmetic that takes nearly all of the time: convolutions and
/// products.
///
/// Activations are NHWC in `float32` or `bfloat16`; filters are OHWI in `float32`. Sums are taken
/// in `float32` at least. Mismatched shapes are programmer errors and stop the program.
public protocol ComputeBackend: Sendable {
  /// The name by which users choose it.
  var name: String { get }

  /// The threads that each operation uses.
  var threads: ThreadBudget { get }

  /// The same arithmetic on another number of threads.
  func limited(to threads: ThreadBudget) -> any ComputeBackend

  /// Returns whether activations may have this type.
  func supports(_ scalarType: ScalarType) -> Bool

  /// output = input ∗ filter (+ bias), then max(0, output) if `rectified`.
  ///
  /// - Parameters:
  ///   - bias: f32, `[outputs]`.
  /// - Returns: A tensor of `input`'s type.
  func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor?, rectified: Bool,
    step: ConvolutionStep
  ) -> Tensor

  /// The gradient of a convolution by its input.
  ///
  /// - Returns: A tensor of shape `inputShape` and the output gradient's type.
  func convolutionInputGradient(
    _ outputGradient: Tensor, filter: ConvolutionFilter, inputShape: Shape, step: ConvolutionStep
  ) -> Tensor

  /// The gradient of a convolution by its filter.
  ///
  /// - Returns: An f32 tensor of shape `filterShape`.
  func convolutionFilterGradient(
    _ outputGradient: Tensor, input: Tensor, filterShape: Shape, step: ConvolutionStep
  ) -> Tensor

  /// The matrix product of each pair in two batches: a·b, or aᵀ·b.
  ///
  /// - Parameters:
  ///   - a: `[batch, m, k]`, or `[batch, k, m]` if transposed.
  ///   - b: `[batch, k, n]`, of `a`'s type.
  /// - Returns: `[batch, m, n]` in `resultType`.
  func multiply(_ a: Tensor, transposed: Bool, _ b: Tensor, resultType: ScalarType) -> Tensor
}

extension ComputeBackend {
  /// The fused loops around convolutions, run by the same threads.
  public var kernels: TensorKernels { TensorKernels(threads: threads) }
}
