import CKernels
import ImpastoTensors

/// A convolution by the loops of `CKernels`, which multiply half to a quarter as often.
///
/// They compute four rows of outputs at a time, counted from the upper end: a band of an image that
/// begins at a multiple of four rows of outputs, and ends at one or with the image, has the bits
/// that the whole image has there.
struct KernelConvolution {
  /// The method by which outputs are computed.
  enum Method: String {
    /// In tiles of 4×4 outputs.
    case tiles = "winograd:4x4"
    /// In tiles of four rows.
    case rows = "winograd:4x1"
  }

  let method: Method
  /// The convolution that is computed; for an input gradient, the one that gives it.
  private let shape: kernels_convolution
  private let output: Shape
  private let scalarType: ScalarType
  private let isGradient: Bool

  /// The forward convolution of `shape`, if it can be computed so and is faster so.
  init?(
    forward shape: ConvolutionShape, _ scalarType: ScalarType, hasBias: Bool, rectified: Bool
  ) {
    self.init(shape, scalarType, isGradient: false)
    if method == .rows, hasBias || rectified { return nil }
  }

  /// The input gradient of `shape`, if it can be computed so and is faster so.
  init?(inputGradient shape: ConvolutionShape, _ scalarType: ScalarType) {
    self.init(shape, scalarType, isGradient: true)
  }

  /// The filter gradient of `shape`, if it can be computed so and is faster so.
  init?(filterGradient shape: ConvolutionShape, _ scalarType: ScalarType) {
    self.init(shape, scalarType, isGradient: false)
    if method != .tiles { return nil }
  }

  private init?(_ convolution: ConvolutionShape, _ scalarType: ScalarType, isGradient: Bool) {
    let (filter, padding) = (convolution.filter, convolution.step.zeroPadding)
    // One padding for both axes is what the loops know.
    guard convolution.step.stride == 1, padding < min(filter[1], filter[2]),
      !isGradient || filter[1] == filter[2], kernels_convolves(scalarType.kernelType)
    else { return nil }
    // A gradient is the convolution of the outputs' one with the filter turned by 180°.
    let input = isGradient ? convolution.output : convolution.input
    output = isGradient ? convolution.input : convolution.output
    guard
      let method = Method(
        filter, inputs: input.channels, outputs: output.channels, scalarType,
        isGradient: isGradient)
    else { return nil }
    self.method = method
    self.scalarType = scalarType
    self.isGradient = isGradient
    shape = kernels_convolution(
      batch: Int64(input.batch), height: Int64(input.height), width: Int64(input.width),
      inputs: Int64(input.channels), outputs: Int64(output.channels),
      kernel_height: Int64(filter[1]), kernel_width: Int64(filter[2]),
      padding: Int64(isGradient ? filter[1] - 1 - padding : padding))
  }

  /// Computes it.
  func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor? = nil, rectified: Bool = false,
    threads: ThreadBudget
  ) -> Tensor {
    let packed = packed(filter, threads: threads)
    let (type, threads) = (scalarType.kernelType, Int32(threads.count))
    return Tensor(uninitialized: output, scalarType) { output in
      input.withUnsafeBytes { input in
        packed.withUnsafeBytes { packed in
          withBytes(of: bias) { bias in
            switch method {
            case .tiles:
              kernels_convolve_by_tiles(
                input.start, type, shape, packed.start, bias?.assumingMemoryBound(to: Float.self),
                rectified, output, threads)
            case .rows:
              kernels_convolve_by_rows(input.start, type, shape, packed.start, output, threads)
            }
          }
        }
      }
    }
  }

  /// Computes the gradient by a filter of `filterShape`.
  func filterGradient(
    _ outputGradient: Tensor, input: Tensor, filterShape: Shape, threads: ThreadBudget
  ) -> Tensor {
    Tensor(uninitialized: filterShape) { filterGradient in
      input.withUnsafeBytes { input in
        outputGradient.withUnsafeBytes { outputGradient in
          kernels_filter_gradient_by_tiles(
            input.start, outputGradient.start, scalarType.kernelType, shape,
            filterGradient.assumingMemoryBound(to: Float.self), Int32(threads.count))
        }
      }
    }
  }

  private func packed(_ filter: ConvolutionFilter, threads: ThreadBudget) -> Tensor {
    filter.packed(as: .kernels(scalarType, isGradient: isGradient)) {
      let (type, threads) = (scalarType.kernelType, Int32(threads.count))
      let size =
        switch method {
        case .tiles: kernels_tiles_filter_size(shape, type)
        case .rows: kernels_rows_filter_size(shape, type)
        }
      // Counted in f32 scalars only because a tensor has to be counted in something.
      return Tensor(uninitialized: [Int(size) / 4]) { packed in
        filter.weights.withUnsafeBytes { weights in
          let weights = weights.start.assumingMemoryBound(to: Float.self)
          switch method {
          case .tiles: kernels_pack_tiles_filter(weights, shape, isGradient, type, packed, threads)
          case .rows: kernels_pack_rows_filter(weights, shape, isGradient, type, packed, threads)
          }
        }
      }
    }
  }
}

extension KernelConvolution.Method {
  /// The fastest method for a filter of this shape, if it is not oneDNN.
  ///
  /// The extents of images do not count, so that an image and its bands are computed alike.
  fileprivate init?(
    _ filter: Shape, inputs: Int, outputs: Int, _ scalarType: ScalarType, isGradient: Bool
  ) {
    let (height, width) = (filter[1], filter[2])
    // Products are of 32 outputs, and tiles hold groups of 32 inputs.
    func share(_ channels: Int) -> Double { Double(channels) / Double((channels + 31) / 32 * 32) }
    if height == width, (2...3).contains(width), inputs >= 32,
      share(inputs) * share(outputs) > 0.5
    {
      self = .tiles
      return
    }
    // A product takes the place of few outputs' at all columns of the filter; else it is long
    // enough to pay for the transforms only where there are several of three rows.
    let hasFewOutputs = outputs <= 4 && width > 1 && width * outputs <= 32
    guard [3, 6, 9].contains(height), hasFewOutputs || height > 3 else { return nil }
    // Pixels are exact in bf16, what the transforms make of them is not; rounded in the first layer
    // it costs a picture ten decibels against f32 (decision 25).
    if scalarType == .bfloat16, inputs <= 4, !isGradient { return nil }
    self = .rows
  }
}
