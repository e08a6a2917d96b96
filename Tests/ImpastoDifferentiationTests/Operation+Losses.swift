import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors

extension Operation {
  static let matrices = [
    Operation(
      "gram matrix", isProduct: true,
      cases: [
        GradientCase("Gram matrix", [.input([2, 3, 4, 5])], isSymmetric: true, gramMatrix),
        GradientCase(
          "Gram matrix of one channel", [.input([1, 3, 3, 1])], isSymmetric: true, gramMatrix),
      ],
      timed: [.input([1, 128, 128, 128])]
    ) { _ in gramMatrix },
    Operation(
      "repeating",
      cases: [GradientCase("equal rows", [.input([4])]) { try $0.input.repeated(3) }],
      timed: [.input([1024])]),
    Operation(
      "columns",
      cases: [
        GradientCase("columns", [.input([3, 7])]) { try $0.input.columns(2..<5) },
        GradientCase("all columns", [.input([2, 4])]) { try $0.input.columns(0..<4) },
      ],
      timed: [.input([16, 2048])]),
  ]

  static let losses = [
    Operation(
      "relative squared error",
      cases: [
        GradientCase(
          "relative squared error of matrices",
          [.input([2, 4, 4]), .constant("target", [2, 4, 4])], relativeSquaredError)
      ],
      timed: [.input([1, 64, 64, 256]), .constant("target", [1, 64, 64, 256])]
    ) { _ in relativeSquaredError },
    Operation(
      "squared error",
      cases: [
        GradientCase(
          "squared error", [.input([3, 2, 5, 2]), .constant("target", [3, 2, 5, 2])]
        ) {
          let target = try $0.tensor("target")
          return try $0.input.squaredError(
            to: target, factors: (1...target.shape[0]).map(Float.init))
        },
        GradientCase(
          "squared error of two variables",
          [.input([3, 2, 5, 2]), .parameter("target", [3, 2, 5, 2])]
        ) {
          let other = try $0.variable("target")
          return try $0.input.squaredError(
            to: other, factors: (1...other.shape[0]).map(Float.init))
        },
      ],
      timed: [.input([1, 64, 64, 256]), .constant("target", [1, 64, 64, 256])]),
    Operation(
      "total variation", takesBFloat16: false,
      cases: [
        GradientCase("total variation", [.input([2, 4, 3, 3])], totalVariation),
        GradientCase("total variation of a column", [.input([1, 5, 1, 3])], totalVariation),
        GradientCase("total variation of one pixel", [.input([1, 1, 1, 3])], totalVariation),
      ],
      timed: [.input([1, 256, 256, 3])]
    ) { _ in totalVariation },
    Operation(
      "sum", cases: [GradientCase("sum", [.input([5])]) { try $0.input.summed() }],
      timed: [.input([1024])]),
    Operation(
      "weighted sum",
      cases: [
        GradientCase("weighted sum", [.input([3]), .parameter("target", [3])]) {
          let weights: [Float] = [0.5, -2, 3]
          return Variable.weightedSum(
            [(try $0.input, weights: weights), (try $0.variable("target"), weights: weights)],
            on: $0.tape)
        }
      ],
      timed: [.input([3]), .parameter("target", [3])]),
  ]

  private static let gramMatrix: Computation = { try $0.input.gramMatrix() }
  private static let totalVariation: Computation = { try $0.input.totalVariation() }
  private static let relativeSquaredError: Computation = {
    let target = try $0.tensor("target")
    let energies = $0.tape.backend.kernels.squaredDifference(target)
    return try $0.input.squaredError(to: target, factors: energies.map { Float(1 / $0) })
  }
}
