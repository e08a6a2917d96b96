import CKernels
import Glibc
public import ImpastoTensors

extension TensorKernels {
  /// The constants of one step of Adam, bias corrections included.
  public struct AdamStep: Sendable {
    /// Decay of the mean of gradients.
    public var beta1: Float
    /// Decay of the mean of squared gradients.
    public var beta2: Float
    /// η·√(1 − β₂ᵗ) / (1 − β₁ᵗ).
    public var rate: Float
    /// ε·√(1 − β₂ᵗ).
    public var epsilon: Float

    /// Creates the constants of step `number`, counted from 1.
    ///
    /// Source: Kingma and Ba 2015, section 2, last paragraph; ε is scaled so that the result is
    /// that of algorithm 1.
    public init(
      number: Int, learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999,
      epsilon: Float = 1e-8
    ) {
      let correction = (1 - pow(Double(beta2), Double(number))).squareRoot()
      self.beta1 = beta1
      self.beta2 = beta2
      rate = Float(Double(learningRate) * correction / (1 - pow(Double(beta1), Double(number))))
      self.epsilon = Float(Double(epsilon) * correction)
    }
  }

  /// One step of Adam on f32 parameters and their moments, all of one shape.
  public func adam(
    _ parameters: inout Tensor, firstMoments: inout Tensor, secondMoments: inout Tensor,
    gradients: Tensor, step: AdamStep
  ) {
    checkFloat32(gradients, "the gradients of Adam")
    checkSame(parameters, gradients)
    checkSame(firstMoments, gradients)
    checkSame(secondMoments, gradients)
    let count = Int64(gradients.count)
    parameters.withUnsafeMutableBytes { parameters in
      firstMoments.withUnsafeMutableBytes { first in
        secondMoments.withUnsafeMutableBytes { second in
          gradients.withUnsafeBytes { gradients in
            kernels_adam(
              parameters.start.assumingMemoryBound(to: Float.self),
              first.start.assumingMemoryBound(to: Float.self),
              second.start.assumingMemoryBound(to: Float.self),
              gradients.start.assumingMemoryBound(to: Float.self), step.beta1, step.beta2,
              step.rate, step.epsilon, count, threads)
          }
        }
      }
    }
  }
}
