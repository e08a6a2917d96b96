import COneDNN
import ImpastoTensors

/// The operation that a plan computes.
enum OneDNNOperation: Hashable, Sendable {
  enum Pass: Hashable, Sendable {
    case forward(hasBias: Bool)
    case inputGradient
    case filterGradient
  }
  case convolution(Pass, ConvolutionShape, ScalarType)
  case product(ProductShape, ScalarType, ScalarType)
}

/// The key of a plan; the layout of packed weights may depend on each part of it.
struct OneDNNPlanKey: Hashable, Sendable {
  let operation: OneDNNOperation
  let threads: ThreadBudget
}

/// Owns a oneDNN plan.
final class OneDNNPlan: @unchecked Sendable {  // Immutable; executions share nothing.
  let key: OneDNNPlanKey
  let handle: OpaquePointer
  private let scratchSize: Int

  init(_ key: OneDNNPlanKey) {
    let threads = Int32(key.threads.count)
    let handle: OpaquePointer?
    switch key.operation {
    case .convolution(let pass, let shape, let scalarType):
      var description = onednn_convolution(shape, scalarType)
      switch pass {
      case .forward(let hasBias):
        description.has_bias = hasBias
        handle = onednn_plan_convolution(onednn_forward, &description, threads)
      case .inputGradient:
        handle = onednn_plan_convolution(onednn_input_gradient, &description, threads)
      case .filterGradient:
        handle = onednn_plan_convolution(onednn_filter_gradient, &description, threads)
      }
    case .product(let shape, let scalarType, let resultType):
      var description = onednn_product(
        batch: Int64(shape.batch), m: Int64(shape.m), k: Int64(shape.k), n: Int64(shape.n),
        is_first_transposed: shape.isFirstTransposed, is_bf16: scalarType == .bfloat16,
        is_result_bf16: resultType == .bfloat16)
      handle = onednn_plan_product(&description, threads)
    }
    guard let handle else { preconditionFailure("\(String(cString: onednn_last_error())): \(key)") }
    (self.key, self.handle) = (key, handle)
    scratchSize = onednn_plan_scratch_size(handle)
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
      has_bias: false)
  }
}
