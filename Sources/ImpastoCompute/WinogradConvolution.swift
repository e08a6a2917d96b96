import CKernels
import ImpastoTensors

/// A 3×3 convolution with a quarter of the multiplications, in tiles of 4×4 outputs.
///
/// Tiles begin at the upper left: a band of an image that begins at a multiple of four rows, and
/// ends at one or with the image, has the bits that the whole image has there.
struct WinogradConvolution {
  /// What is computed: for an input gradient the convolution that gives it.
  private let shape: kernels_convolution
  private let output: Shape
  private let scalarType: ScalarType
  private let isGradient: Bool

  /// The fewest inputs with which it is faster than the direct convolution.
  ///
  /// Extents do not matter, so that an image and its bands are computed alike.
  private static let fewestInputs = 32
  /// How much of inputs times outputs may be zeros that make up groups of 32: half.
  private static let leastShare = 0.5

  /// The forward convolution of `shape`, if it can be computed so and that is faster here.
  init?(forward shape: ConvolutionShape, _ scalarType: ScalarType) {
    self.init(shape, scalarType, isGradient: false)
  }

  /// The input gradient of `shape`, if it can be computed so and that is faster here.
  init?(inputGradient shape: ConvolutionShape, _ scalarType: ScalarType) {
    self.init(shape, scalarType, isGradient: true)
  }

  private init?(_ convolution: ConvolutionShape, _ scalarType: ScalarType, isGradient: Bool) {
    let filter = convolution.filter
    guard filter[1] == 3, filter[2] == 3, convolution.step.stride == 1,
      convolution.step.zeroPadding <= 2, kernels_convolves(scalarType.kernelType)
    else { return nil }
    // A gradient is the convolution of the outputs' one with the filter turned by 180°.
    let input = isGradient ? convolution.output : convolution.input
    output = isGradient ? convolution.input : convolution.output
    let padding = convolution.step.zeroPadding
    shape = kernels_convolution(
      batch: Int64(input.batch), height: Int64(input.height), width: Int64(input.width),
      inputs: Int64(input.channels), outputs: Int64(output.channels),
      padding: Int64(isGradient ? 2 - padding : padding))
    self.scalarType = scalarType
    self.isGradient = isGradient
    func share(_ channels: Int) -> Double { Double(channels) / Double((channels + 31) / 32 * 32) }
    guard input.channels >= Self.fewestInputs,
      share(input.channels) * share(output.channels) >= Self.leastShare
    else { return nil }
  }

  /// Runs it.
  func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor? = nil, rectified: Bool = false,
    threads: ThreadBudget
  ) -> Tensor {
    let packed = packed(filter, threads: threads)
    return Tensor(uninitialized: output, scalarType) { output in
      input.withUnsafeBytes { input in
        packed.withUnsafeBytes { packed in
          withBytes(of: bias) { bias in
            kernels_convolve_by_winograd(
              input.start, scalarType.kernelType, shape, packed.start,
              bias?.assumingMemoryBound(to: Float.self), rectified, output, Int32(threads.count))
          }
        }
      }
    }
  }

  private func packed(_ filter: ConvolutionFilter, threads: ThreadBudget) -> Tensor {
    filter.packed(as: .winograd(scalarType, isGradient: isGradient)) {
      let size = kernels_winograd_filter_size(shape.outputs, shape.inputs, scalarType.kernelType)
      // Counted in f32 scalars only because a tensor has to be counted in something.
      return Tensor(uninitialized: [Int(size) / 4]) { packed in
        filter.weights.withUnsafeBytes { weights in
          kernels_pack_winograd_filter(
            weights.start.assumingMemoryBound(to: Float.self), shape.outputs, shape.inputs,
            isGradient, scalarType.kernelType, packed, Int32(threads.count))
        }
      }
    }
  }
}
