public import ImpastoCompute
public import ImpastoTensors

/// The operations of one computation, in the order in which they ran.
///
/// ```swift
/// let tape = Tape(backend: OneDNNBackend(threads: .available), isRecording: true)
/// let picture = tape.parameter(Tensor([0.25, 0.5, 1], shape: [1, 1, 1, 3]))
/// let target = Tensor([0, 0.5, 0.5], shape: [1, 1, 1, 3])
/// let error = picture.squaredError(to: target, factors: [1])
/// tape.differentiate(error)
/// print(error.value.scalars, picture.gradient?.scalars ?? [])  // [0.3125] [0.5, 0.0, 1.0]
/// ```
///
/// Operations on variables compute at once. A recording tape also keeps, for each operation that
/// a parameter can influence, how to pull the gradient of its result back to its operands; a tape
/// that does not record keeps nothing, and the same code is inference.
///
/// A tape belongs to one task and serves one computation.
public final class Tape {
  /// The backend that computes.
  public let backend: any ComputeBackend
  /// Indicates whether the tape records operations, so that gradients can be computed.
  public let isRecording: Bool
  private var pullbacks: [() -> Void] = []

  /// Creates an empty tape.
  public init(backend: any ComputeBackend, isRecording: Bool) {
    self.backend = backend
    self.isRecording = isRecording
  }

  var kernels: TensorKernels { backend.kernels }

  /// A value whose gradient is not needed.
  public func constant(_ value: Tensor) -> Variable {
    Variable(value: value, slot: nil, tape: self)
  }

  /// A value whose gradient is wanted, if the tape records.
  public func parameter(_ value: Tensor) -> Variable {
    Variable(value: value, slot: isRecording ? GradientSlot() : nil, tape: self)
  }

  /// The result of an operation.
  ///
  /// - Parameters:
  ///   - operands: The gradient slots of the operands; nil for constants.
  ///   - pullback: Takes the gradient of the result and accumulates those of the operands. It
  ///     should capture only the tensors that it needs.
  package func record(
    _ value: Tensor, operands: [GradientSlot?], pullback: @escaping (Tensor) -> Void
  ) -> Variable {
    guard isRecording, operands.contains(where: { $0 != nil }) else { return constant(value) }
    let slot = GradientSlot()
    pullbacks.append { if let gradient = slot.take() { pullback(gradient) } }
    return Variable(value: value, slot: slot, tape: self)
  }

  /// Computes the gradient of the sum of `result`'s scalars by every parameter, and empties the
  /// tape: a computation is differentiated once.
  public func differentiate(_ result: Variable) {
    result.slot?.accumulate(
      Tensor(repeating: 1, shape: result.value.shape, result.value.scalarType), kernels)
    // Each pullback is dropped as soon as it has run, and the tensors it kept with it.
    while let pullback = pullbacks.popLast() { pullback() }
  }
}

/// The sum of the gradients of one value.
package final class GradientSlot {
  private var sum: Tensor?

  package init() {}

  /// Adds a gradient of the whole value.
  package func accumulate(_ gradient: Tensor, _ kernels: TensorKernels) {
    guard var total = take() else {
      sum = gradient
      return
    }
    kernels.add(gradient, to: &total)
    sum = total
  }

  /// Adds a gradient of the value's interior, within a border of `padding` pixels.
  package func accumulateInterior(_ gradient: Tensor, padding: Int, _ kernels: TensorKernels) {
    if padding == 0 { return accumulate(gradient, kernels) }
    var total =
      take()
      ?? Tensor(zeros: Frame(padding: padding).shape(around: gradient.shape), gradient.scalarType)
    kernels.addToInterior(of: &total, gradient, padding: padding)
    sum = total
  }

  package var current: Tensor? { sum }

  package func take() -> Tensor? {
    defer { sum = nil }
    return sum
  }
}
