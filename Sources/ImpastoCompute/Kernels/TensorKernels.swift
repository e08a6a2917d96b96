import CKernels
import ImpastoTensors

/// The fused loops around convolutions, over tensors of either type.
///
/// Results do not depend on the number of threads. Mismatched shapes stop the program.
public struct TensorKernels: Sendable {
  let threads: Int32

  init(threads: ThreadBudget) {
    InstructionSet.use()
    self.threads = Int32(threads.count)
  }
}

extension ScalarType {
  var kernelType: kernels_scalar { self == .bfloat16 ? kernels_bf16 : kernels_f32 }
}

/// The extents of activations as the C loops take them.
struct KernelExtents {
  let batch, height, width, channels: Int64

  init(_ shape: Shape) {
    batch = Int64(shape.batch)
    height = Int64(shape.height)
    width = Int64(shape.width)
    channels = Int64(shape.channels)
  }

  var pixels: Int64 { height * width }
}
