import Glibc
import ImpastoCompute
import ImpastoNetworks
import ImpastoTensors

/// The search for the blends of known styles that come nearest to new ones.
///
/// Each new row is Σₖ wₖ·rowₖ over the known styles, w being the softmax of logits that begin equal
/// and are all that is trained. A gradient g of the new row gives ∂/∂wₖ = g·rowₖ and
/// ∂/∂zₖ = wₖ·(∂/∂wₖ − Σⱼ wⱼ·∂/∂wⱼ).
///
/// The row `photo` is left out: its last layer depends on each photo's own statistics, which fixed
/// numbers cannot store.
struct BlendSearch {
  /// The step length of Adam; a few dozen steps then reach any corner.
  static let learningRate: Float = 0.2

  /// The steps of a run that are spent on it, the first ones.
  let steps: Int
  /// The styles that are blended.
  private let known: StyleBank
  private let newNames: [String]
  /// `[new styles, known styles]`.
  private(set) var logits: TrainedParameter

  /// Prepares a search among the styles of `bank` that are not new, with the state it was left in
  /// or none.
  init(in bank: StyleBank, for newNames: [String], steps: Int, state: TrainingState?) {
    let names = bank.names.filter { $0 != StyleBank.photoName && !newNames.contains($0) }
    known = bank.selecting(names)
    self.newNames = newNames
    self.steps = steps
    logits = TrainedParameter(
      name: Self.parameterName,
      value: state?.blendLogits ?? Tensor(zeros: [newNames.count, names.count]),
      moments: state?.moments[Self.parameterName])
  }

  /// The name of the logits in the state of a run.
  static let parameterName = "blend.logits"

  /// Returns whether step `number`, counted from 1, is one of the search.
  func has(step number: Int) -> Bool { number <= steps }

  /// The blend of each new style: the weights of the known ones, in their order.
  var weights: [[Float]] {
    let scalars = logits.value.scalars
    return newNames.indices.map { row in
      let logits = scalars[row * known.names.count..<(row + 1) * known.names.count]
      let largest = logits.max() ?? 0
      let powers = logits.map { exp($0 - largest) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
  }

  /// The blend of each new style: the shares of the known ones.
  var blends: [String: [String: Float]] {
    Dictionary(
      uniqueKeysWithValues: zip(newNames, weights).map { name, weights in
        (name, Dictionary(uniqueKeysWithValues: zip(known.names, weights)))
      })
  }

  /// A blend as a user types it, largest shares first; the smallest are left out.
  static func text(of shares: [String: Float]) -> String {
    shares.filter { $0.value >= 0.01 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key):\(($0.value * 100).rounded() / 100)" }.joined(separator: ",")
  }

  /// The new rows that the weights make.
  var rows: StyleBank { known.blended(weights, named: newNames) }

  /// Makes step `number`, counted from 1, against the gradients of the new rows.
  mutating func step(
    number: Int, scaleGradient: Tensor?, shiftGradient: Tensor?, _ kernels: TensorKernels
  ) {
    guard let scaleGradient, let shiftGradient else { return }
    let slopes = zip(
      products(scaleGradient, known.scale), products(shiftGradient, known.shift)
    ).map { $0 + $1 }
    let gradients = weights.enumerated().flatMap { row, weights in
      let slopes = slopes[row * weights.count..<(row + 1) * weights.count]
      let mean = zip(weights, slopes).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(weights, slopes).map { $0 * ($1 - mean) }
    }
    logits.step(
      Tensor(gradients, shape: logits.value.shape),
      TensorKernels.AdamStep(number: number, learningRate: Self.learningRate), kernels)
  }

  /// The inner product of each row of `gradient` with each of `rows`.
  private func products(_ gradient: Tensor, _ rows: Tensor) -> [Float] {
    let length = rows.shape[1]
    let (gradient, rows) = (gradient.scalars, rows.scalars)
    return newNames.indices.flatMap { new in
      known.names.indices.map { old in
        (0..<length).reduce(0) {
          $0 + gradient[new * length + $1] * rows[old * length + $1]
        }
      }
    }
  }
}
