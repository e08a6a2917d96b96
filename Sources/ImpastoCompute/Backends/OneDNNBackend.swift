import CKernels
import COneDNN
public import ImpastoTensors

/// The default backend: oneDNN, on the matrix units where the processor has them, and the loops of
/// `CKernels` where they are faster.
public final class OneDNNBackend: ComputeBackend {
  public let name = "onednn"
  public let threads: ThreadBudget
  private let plans: OneDNNPlans

  /// Creates a backend that runs on `threads`.
  public convenience init(threads: ThreadBudget = .available) {
    self.init(threads: threads, plans: OneDNNPlans())
  }

  private init(threads: ThreadBudget, plans: OneDNNPlans) {
    InstructionSet.use()
    (self.threads, self.plans) = (threads, plans)
  }

  /// Indicates whether bf16 is fast here: the instructions in use have it.
  public static var hasBFloat16Arithmetic: Bool { InstructionSet.current >= .avx512BFloat16 }

  /// The version of the oneDNN library that is loaded, such as `2.6.3`.
  public static let version = String(cString: onednn_version())

  /// The message where the instructions do not have bf16.
  package static var lacksBFloat16Arithmetic: String {
    "the instructions in use (\(InstructionSet.current.rawValue)) do not compute in bf16"
  }

  public func limited(to threads: ThreadBudget) -> any ComputeBackend {
    OneDNNBackend(threads: threads, plans: plans)
  }

  public func supports(_ scalarType: ScalarType) -> Bool {
    scalarType == .float32 || Self.hasBFloat16Arithmetic
  }

  public func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor?, rectified: Bool,
    step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: input.shape, filter: filter.shape, step: step)
    checkOperands(input, bias: bias, shape, self)
    switch forwardWay(shape, input.scalarType, hasBias: bias != nil, rectified: rectified) {
    case .kernels(let convolution):
      return convolution.convolve(
        input, with: filter, bias: bias, rectified: rectified, threads: threads)
    case .groups(let grouping):
      return convolve(
        input.reshaped(to: grouping.input), with: filter.derived(.pixelGroups, grouping.grouped),
        bias: nil, rectified: false, step: step
      ).reshaped(to: shape.output)
    case .plan:
      return convolve(input, with: filter, bias: bias, rectified: rectified, shape)
    }
  }

  /// Convolves by plans of oneDNN: one for each piece where there are pieces, else one for all.
  private func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor?, rectified: Bool,
    _ shape: ConvolutionShape
  ) -> Tensor {
    let (plan, pieces) = forwardPlan(shape, input.scalarType, hasBias: bias != nil)
    let packed = packed(filter, for: plan)
    let (type, count) = (input.scalarType.kernelType, (pieces?.piece ?? shape).output.count)
    @Sendable func convolve(_ input: UnsafeRawPointer, into output: UnsafeMutableRawPointer) {
      packed.withUnsafeBytes { packed in
        withBytes(of: bias) { bias in
          plan.withScratch { scratch in
            onednn_convolve(plan.handle, input, packed.start, bias, output, scratch)
          }
        }
      }
      // oneDNN's own rectifier makes 0 of NaN: a loss that is not a number has to show.
      if rectified { kernels_rectify(output, type, Int64(count), Int32(plan.key.threads.count)) }
    }
    return Tensor(uninitialized: shape.output, input.scalarType) { output in
      if let pieces {
        pieces.forEach(from: input, into: output, threads: threads, convolve)
      } else {
        input.withUnsafeBytes { convolve($0.start, into: output) }
      }
    }
  }

  public func convolutionInputGradient(
    _ outputGradient: Tensor, filter: ConvolutionFilter, inputShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: inputShape, filter: filter.shape, step: step)
    checkGradient(outputGradient, shape, self)
    if let convolution = KernelConvolution(inputGradient: shape, outputGradient.scalarType) {
      return convolution.convolve(outputGradient, with: filter, threads: threads)
    }
    let plan = plan(for: .convolution(.inputGradient, shape, outputGradient.scalarType))
    let packed = packed(filter, for: plan)
    return Tensor(uninitialized: inputShape, outputGradient.scalarType) { inputGradient in
      outputGradient.withUnsafeBytes { outputGradient in
        packed.withUnsafeBytes { packed in
          plan.withScratch { scratch in
            onednn_convolve(
              plan.handle, outputGradient.start, packed.start, nil, inputGradient, scratch)
          }
        }
      }
    }
  }

  public func convolutionFilterGradient(
    _ outputGradient: Tensor, input: Tensor, filterShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: input.shape, filter: filterShape, step: step)
    checkGradient(outputGradient, shape, input: input, self)
    if let convolution = KernelConvolution(filterGradient: shape, input.scalarType) {
      return convolution.filterGradient(
        outputGradient, input: input, filterShape: filterShape, threads: threads)
    }
    if let grouping = PixelGrouping(shape) {
      return grouping.ungrouped(
        convolutionFilterGradient(
          outputGradient.reshaped(to: grouping.output), input: input.reshaped(to: grouping.input),
          filterShape: grouping.filter, step: step))
    }
    if step.stride > 1, filterShape[1] == 1, filterShape[2] == 1 {
      return middleOfGradient(outputGradient, input: input, filterShape: filterShape, step: step)
    }
    let plan = plan(for: .convolution(.filterGradient, shape, input.scalarType))
    return Tensor(uninitialized: filterShape) { filterGradient in
      input.withUnsafeBytes { input in
        outputGradient.withUnsafeBytes { outputGradient in
          plan.withScratch { scratch in
            onednn_convolve_filter_gradient(
              plan.handle, input.start, outputGradient.start, filterGradient, scratch)
          }
        }
      }
    }
  }

  /// The gradient of a filter of one pixel: the middle of that of a 3×3 filter.
  ///
  /// For strides of more than one, oneDNN 2.6 writes beyond its memory where the number of channels is no
  /// multiple of 16.
  private func middleOfGradient(
    _ outputGradient: Tensor, input: Tensor, filterShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    let (outputs, inputs) = (filterShape[0], filterShape[3])
    let whole = convolutionFilterGradient(
      outputGradient, input: input, filterShape: [outputs, 3, 3, inputs],
      step: ConvolutionStep(stride: step.stride, zeroPadding: step.zeroPadding + 1))
    return kernels.crop(
      whole, to: CropWindow(images: 0..<outputs, rows: 1..<2, columns: 1..<2))
  }

  public func multiply(_ a: Tensor, transposed: Bool, _ b: Tensor, resultType: ScalarType) -> Tensor
  {
    let product = ProductShape(a, transposed: transposed, b)
    precondition(
      supports(a.scalarType) && (resultType == a.scalarType || resultType == .float32),
      "a product of \(a.scalarType.rawValue) in \(resultType.rawValue)")
    let plan = plan(for: .product(product, a.scalarType, resultType))
    return Tensor(uninitialized: product.result, resultType) { c in
      a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
          plan.withScratch { scratch in
            onednn_multiply(plan.handle, a.start, b.start, c, scratch)
          }
        }
      }
    }
  }

  /// The name of the implementation of a forward convolution, for benchmarks to print.
  package func implementation(
    of shape: ConvolutionShape, _ scalarType: ScalarType
  ) -> String {
    switch forwardWay(shape, scalarType, hasBias: false, rectified: false) {
    case .kernels(let convolution): convolution.method.rawValue
    case .groups(let grouping):
      implementation(
        of: ConvolutionShape(input: grouping.input, filter: grouping.filter, step: shape.step),
        scalarType)
    case .plan:
      String(
        cString: onednn_plan_implementation(
          forwardPlan(shape, scalarType, hasBias: false).plan.handle))
    }
  }

  /// The ways to compute a forward convolution.
  private enum ForwardWay {
    case kernels(KernelConvolution)
    /// By one over groups of pixels.
    case groups(PixelGrouping)
    /// By oneDNN.
    case plan
  }

  /// The fastest way that there is.
  private func forwardWay(
    _ shape: ConvolutionShape, _ scalarType: ScalarType, hasBias: Bool, rectified: Bool
  ) -> ForwardWay {
    if let convolution = KernelConvolution(
      forward: shape, scalarType, hasBias: hasBias, rectified: rectified)
    {
      return .kernels(convolution)
    }
    if !hasBias, !rectified, let grouping = PixelGrouping(shape) { return .groups(grouping) }
    return .plan
  }

  /// The plan of each piece of a forward convolution, or of all of it where there are none.
  private func forwardPlan(
    _ shape: ConvolutionShape, _ scalarType: ScalarType, hasBias: Bool
  ) -> (plan: OneDNNPlan, pieces: RowPieces?) {
    let pass = OneDNNOperation.Pass.forward(hasBias: hasBias)
    guard let pieces = RowPieces(shape) else {
      return (plan(for: .convolution(pass, shape, scalarType)), nil)
    }
    let operation = OneDNNOperation.convolution(pass, pieces.piece, scalarType)
    return (plans[OneDNNPlanKey(operation: operation, threads: ThreadBudget(count: 1))], pieces)
  }

  private func plan(for operation: OneDNNOperation) -> OneDNNPlan {
    plans[OneDNNPlanKey(operation: operation, threads: threads)]
  }

  private func packed(_ filter: ConvolutionFilter, for plan: OneDNNPlan) -> Tensor {
    filter.packed(as: .plan(plan.key)) {
      // Counted in f32 scalars only because a tensor has to be counted in something.
      let size = (onednn_plan_packed_filter_size(plan.handle) + 3) / 4
      return Tensor(uninitialized: [size]) { packed in
        filter.weights.withUnsafeBytes { weights in
          plan.withScratch { onednn_plan_pack_filter(plan.handle, weights.start, packed, $0) }
        }
      }
    }
  }
}
