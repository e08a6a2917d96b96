import CKernels

/// The function that is applied after a normalization or bias.
public enum Activation: Hashable, Sendable {
  /// Nothing.
  case linear
  /// max(0, x).
  case rectified
  /// x, or `slope`·x where x is negative.
  case leaky(slope: Float)
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// `scale`·tanh(x).
  case tanh(scale: Float)
  /// x kept within a range.
  case clamped(ClosedRange<Float>)

  var kernel: kernels_activation {
    switch self {
    case .linear: kernels_activation(kind: kernels_linear, a: 0, b: 0)
    case .rectified: kernels_activation(kind: kernels_rectified, a: 0, b: 0)
    case .leaky(let slope): kernels_activation(kind: kernels_leaky, a: slope, b: 0)
    case .sigmoid: kernels_activation(kind: kernels_sigmoid, a: 0, b: 0)
    case .tanh(let scale): kernels_activation(kind: kernels_tanh, a: scale, b: 0)
    case .clamped(let range):
      kernels_activation(kind: kernels_clamped, a: range.lowerBound, b: range.upperBound)
    }
  }
}
