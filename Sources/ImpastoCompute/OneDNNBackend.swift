import COneDNN
public import ImpastoTensors
import Synchronization

/// The default backend: oneDNN, on the matrix units where the processor has them.
public final class OneDNNBackend: ComputeBackend {
  public let name = "onednn"
  public let threads: ThreadBudget
  private let plans = Mutex<[PlanKey: Plan]>([:])

  /// Creates a backend that runs on `threads`.
  public init(threads: ThreadBudget = .available) { self.threads = threads }

  /// Whether bf16 is fast here: the processor has AMX-BF16 or AVX512-BF16.
  public static var hasBFloat16Arithmetic: Bool { onednn_has_bf16_arithmetic() }

  public func supports(_ scalarType: ScalarType) -> Bool {
    scalarType == .float32 || Self.hasBFloat16Arithmetic
  }

  public func convolve(
    _ input: Tensor, with filter: ConvolutionFilter, bias: Tensor?, rectified: Bool,
    step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: input.shape, filter: filter.shape, step: step)
    let key = PlanKey.convolution(
      .forward(hasBias: bias != nil, rectified: rectified), shape, input.scalarType)
    let plan = plan(for: key)
    let packed = packed(filter, for: key, plan: plan)
    return Tensor(uninitialized: shape.output, input.scalarType) { output in
      input.withUnsafeBytes { input in
        packed.withUnsafeBytes { packed in
          withBytes(of: bias) { bias in
            plan.withScratch { scratch in
              onednn_convolve(
                plan.handle, input.start, packed.start, bias, output, scratch)
            }
          }
        }
      }
    }
  }

  public func convolutionInputGradient(
    _ outputGradient: Tensor, filter: ConvolutionFilter, inputShape: Shape, step: ConvolutionStep
  ) -> Tensor {
    let shape = ConvolutionShape(input: inputShape, filter: filter.shape, step: step)
    checkGradient(outputGradient, shape)
    let key = PlanKey.convolution(.inputGradient, shape, outputGradient.scalarType)
    let plan = plan(for: key)
    let packed = packed(filter, for: key, plan: plan)
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
    checkGradient(outputGradient, shape)
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

  public func multiply(_ a: Tensor, transposed: Bool, _ b: Tensor, resultType: ScalarType) -> Tensor
  {
    let product = ProductShape(a, transposed: transposed, b)
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

  /// The implementation that oneDNN chose for a forward convolution, for benchmarks to print.
  package func implementation(
    of shape: ConvolutionShape, _ scalarType: ScalarType
  ) -> String {
    let key = PlanKey.convolution(
      .forward(hasBias: false, rectified: false), shape, scalarType)
    return String(cString: onednn_plan_implementation(plan(for: key).handle))
  }

  private func plan(for key: PlanKey) -> Plan {
    plans.withLock { plans in
      if let plan = plans[key] { return plan }
      let plan = Plan(key, threads: threads)
      plans[key] = plan
      return plan
    }
  }

  private func packed(_ filter: ConvolutionFilter, for key: PlanKey, plan: Plan) -> Tensor {
    filter.packed(for: key) {
      // Counted in f32 scalars only because a tensor has to be counted in something.
      let size = (onednn_plan_packed_filter_size(plan.handle) + 3) / 4
      return Tensor(uninitialized: [size]) { packed in
        filter.weights.withUnsafeBytes { weights in
          Plan.check(onednn_plan_pack_filter(plan.handle, weights.start, packed))
        }
      }
    }
  }
}

/// What a plan was made for.
private enum PlanKey: Hashable, Sendable {
  enum Pass: Hashable, Sendable {
    case forward(hasBias: Bool, rectified: Bool)
    case inputGradient
    case filterGradient
  }
  case convolution(Pass, ConvolutionShape, ScalarType)
  case product(ProductShape, ScalarType, ScalarType)
}

/// Owns a oneDNN plan.
private final class Plan: @unchecked Sendable {  // Immutable; executions share nothing.
  let handle: OpaquePointer
  private let scratchSize: Int

  init(_ key: PlanKey, threads: ThreadBudget) {
    let handle: OpaquePointer?
    var scratchSize = 0
    switch key {
    case .convolution(let pass, let shape, let scalarType):
      var description = onednn_convolution(shape, scalarType)
      switch pass {
      case .forward(let hasBias, let rectified):
        description.has_bias = hasBias
        description.is_rectified = rectified
        handle = onednn_plan_convolution(onednn_forward, &description, Int32(threads.count))
      case .inputGradient:
        handle = onednn_plan_convolution(onednn_input_gradient, &description, Int32(threads.count))
      case .filterGradient:
        handle = onednn_plan_convolution(onednn_filter_gradient, &description, Int32(threads.count))
        // The gradient in oneDNN's own layout waits behind the scratch memory for its conversion.
        scratchSize = handle.map { onednn_plan_packed_filter_size($0) + 64 } ?? 0
      }
    case .product(let shape, let scalarType, let resultType):
      var description = onednn_product(
        batch: Int64(shape.batch), m: Int64(shape.m), k: Int64(shape.k), n: Int64(shape.n),
        is_first_transposed: shape.isFirstTransposed, is_bf16: scalarType == .bfloat16,
        is_result_bf16: resultType == .bfloat16)
      handle = onednn_plan_product(&description, Int32(threads.count))
    }
    guard let handle else { preconditionFailure("\(String(cString: onednn_last_error())): \(key)") }
    self.handle = handle
    self.scratchSize = scratchSize + onednn_plan_scratch_size(handle)
  }

  deinit { onednn_plan_destroy(handle) }

  func withScratch(_ execute: (UnsafeMutableRawPointer) -> Bool) {
    _ = Tensor(uninitialized: [(scratchSize + 3) / 4]) { Self.check(execute($0)) }
  }

  static func check(_ succeeds: Bool) {
    precondition(succeeds, String(cString: onednn_last_error()))
  }
}

extension onednn_convolution {
  fileprivate init(_ shape: ConvolutionShape, _ scalarType: ScalarType) {
    self.init(
      batch: Int64(shape.input.batch), input_height: Int64(shape.input.height),
      input_width: Int64(shape.input.width), input_channels: Int64(shape.input.channels),
      output_channels: Int64(shape.filter[0]), kernel_height: Int64(shape.filter[1]),
      kernel_width: Int64(shape.filter[2]), stride: Int64(shape.step.stride),
      zero_padding: Int64(shape.step.zeroPadding), is_bf16: scalarType == .bfloat16,
      has_bias: false, is_rectified: false)
  }
}
