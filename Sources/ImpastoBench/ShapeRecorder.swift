import ImpastoCompute
import ImpastoTensors
import Synchronization

/// A backend that computes nothing and notes what it was asked to.
///
/// A stylisation or training step on it lists the convolutions that the real one does.
final class ShapeRecorder: ComputeBackend {
  /// A convolution as it was asked for.
  struct Convolution: Hashable {
    enum Pass: Hashable {
      case forward(hasBias: Bool, isRectified: Bool)
      case inputGradient
      case filterGradient
    }

    let pass: Pass
    let shape: ConvolutionShape
  }

  /// All that was asked for since the last time.
  struct Record {
    /// Each convolution once, in the order of first use.
    var convolutions: [Convolution] = []
    /// The number of uses of each convolution.
    var uses: [Convolution: Int] = [:]
    /// Multiplications and additions, matrix products included.
    var operationCount = 0
  }

  let name = "recorder"
  let threads: ThreadBudget
  private let record = Mutex(Record())

  init(threads: ThreadBudget) { self.threads = threads }

  /// Hands out the record and starts a new one.
  func take() -> Record {
    record.withLock { record in
      defer { record = Record() }
      return record
    }
  }

  func limited(to threads: ThreadBudget) -> any ComputeBackend { self }

  func supports(_ scalarType: ScalarType) -> Bool { true }

  func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor?, rectified: Bool,
    step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: input.shape, filter: filter.shape, step: step)
    note(.forward(hasBias: bias != nil, isRectified: rectified), shape)
    return Tensor(zeros: shape.output, input.scalarType)
  }

  func convolutionInputGradient(
    _ outputGradient: Tensor, filter: ConvolutionFilter, inputShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    note(
      .inputGradient, ConvolutionShape(input: inputShape, filter: filter.shape, step: step))
    return Tensor(zeros: inputShape, outputGradient.scalarType)
  }

  func convolutionFilterGradient(
    _ outputGradient: Tensor, input: Tensor, filterShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    note(
      .filterGradient, ConvolutionShape(input: input.shape, filter: filterShape, step: step))
    return Tensor(zeros: filterShape)
  }

  func multiply(_ a: Tensor, transposed: Bool, _ b: Tensor, resultType: ScalarType) -> Tensor {
    let result: Shape = [a.shape[0], a.shape[transposed ? 2 : 1], b.shape[2]]
    record.withLock { $0.operationCount += 2 * result.count * b.shape[1] }
    return Tensor(zeros: result, resultType)
  }

  /// Notes a convolution.
  func note(_ pass: Convolution.Pass, _ shape: ConvolutionShape) {
    let convolution = Convolution(pass: pass, shape: shape)
    record.withLock { record in
      if record.uses[convolution] == nil { record.convolutions.append(convolution) }
      record.uses[convolution, default: 0] += 1
      record.operationCount += shape.operationCount
    }
  }
}
