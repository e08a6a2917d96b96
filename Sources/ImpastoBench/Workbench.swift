import ImpastoCompute
import ImpastoTensors

/// The tools that all sections measure with.
struct Workbench {
  let subject: Subject
  let backend: OneDNNBackend
  let ceilings: Ceilings
  let precisions: [ScalarType]
  /// Heights and widths of pictures; nil for what each section has for its own.
  let sizes: [Int]?
  let runs: Int

  /// The sizes of the sections that measure pictures of a screen's size.
  var usualSizes: [Int] { sizes ?? [256, 512, 1024] }

  /// Numbers in −1…1 that bf16 does not hold exactly.
  func noise(_ shape: Shape, seed: UInt64) -> Tensor {
    backend.kernels.tensor(
      fromLevels: Noise.levels(count: shape.count, seed: seed), shape: shape, center: 128,
      scale: 1 / 129, type: .float32)
  }
}
