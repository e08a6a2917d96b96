import ImpastoCompute
import ImpastoTensors
import Testing

/// The backends that every case runs on.
let backends: [any ComputeBackend] = [OneDNNBackend(), OpenBLASBackend()]

/// The loops that are tested, on the threads of the default backend.
let kernels = OneDNNBackend().kernels

extension Tensor {
  /// Multiples of 1/16 in −1…1: exact in bf16, and so are few of their products' sums in f32.
  static func sixteenths(_ shape: Shape, _ type: ScalarType = .float32, seed: UInt64) -> Tensor {
    var random = RandomSource(seed: seed)
    let scalars = (0..<shape.count).map { _ in Float(Int(random.next() % 33) - 16) / 16 }
    return Tensor(scalars, shape: shape, type)
  }

  /// The scalars, widened for a reference computation.
  var doubles: [Double] { scalars.map(Double.init) }
}

/// Expects numbers to be those of a reference but for the rounding of their type.
///
/// - Parameters:
///   - tolerance: What sums in f32 may be off by, as a share of the largest expected magnitude.
func expectEqual(
  _ actual: Tensor, _ expected: [Double], shape: Shape, within tolerance: Double = 1e-6,
  _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.shape == shape, "shape of \(what)", sourceLocation: sourceLocation)
  guard actual.count == expected.count else { return }
  let scale = expected.map(abs).max() ?? 0
  let rounding = actual.scalarType == .bfloat16 ? 0x1p-8 : 0x1p-23
  let wrong = zip(actual.doubles, expected).enumerated().first { _, pair in
    !(abs(pair.0 - pair.1) <= tolerance * scale + rounding * abs(pair.1))
  }
  #expect(
    wrong == nil, "\(what): scalar \(wrong?.offset ?? 0) is \(wrong?.element as Any)",
    sourceLocation: sourceLocation)
}
