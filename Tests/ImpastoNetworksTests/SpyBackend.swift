import ImpastoCompute
import ImpastoTensors
import Synchronization

/// A backend that remembers what every convolution of another computed; the four 2×2 convolutions
/// that stand for one over an upsampled image are remembered as that one.
final class SpyBackend: ComputeBackend {
  private let backend: any ComputeBackend
  private let outputs = Mutex<[Tensor]>([])

  init(_ backend: any ComputeBackend) { self.backend = backend }

  /// The results of the convolutions, in order.
  var convolved: [Tensor] { outputs.withLock { $0 } }

  var name: String { backend.name }
  var threads: ThreadBudget { backend.threads }
  func limited(to threads: ThreadBudget) -> any ComputeBackend { self }

  func supports(_ scalarType: ScalarType) -> Bool { backend.supports(scalarType) }

  func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor?, rectified: Bool,
    step: ConvolutionStep
  ) -> Tensor {
    let output = backend.convolve(
      input, with: filter, bias: bias, rectified: rectified, step: step)
    let isMerged = filter.shape[1] == 2
    outputs.withLock { $0.append(isMerged ? kernels.interleave(output) : output) }
    return output
  }

  func convolutionInputGradient(
    _ outputGradient: Tensor, filter: ConvolutionFilter, inputShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    backend.convolutionInputGradient(
      outputGradient, filter: filter, inputShape: inputShape, step: step)
  }

  func convolutionFilterGradient(
    _ outputGradient: Tensor, input: Tensor, filterShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    backend.convolutionFilterGradient(
      outputGradient, input: input, filterShape: filterShape, step: step)
  }

  func multiply(_ a: Tensor, transposed: Bool, _ b: Tensor, resultType: ScalarType) -> Tensor {
    backend.multiply(a, transposed: transposed, b, resultType: resultType)
  }
}
