import ImpastoCompute
import ImpastoDifferentiation
import ImpastoTensors

extension Operation {
  static let features = [
    Operation(
      "squares of features",
      cases: [
        GradientCase(
          "squares of features", [.input([2, 3, 4, 5]), .constant("weights", [2, 5])], squares),
        GradientCase(
          "squares of one channel", [.input([1, 3, 3, 1]), .constant("weights", [1, 1])], squares),
      ],
      timed: [.input([1, 64, 64, 256]), .constant("weights", [1, 256])]
    ) { _ in squares },
    Operation(
      "guided features", isProduct: true,
      cases: [
        GradientCase(
          "guided features", [.input([1, 3, 4, 6]), .constant("target", [1, 5, 6])],
          hasKinks: true, guided)
      ],
      timed: [.input([1, 64, 64, 256]), .constant("target", [1, 784, 256])]
    ) { _ in guided },
    Operation(
      "weighted pixels",
      cases: [
        GradientCase(
          "weighted pixels", [.input([1, 3, 4, 5]), .constant("weights", [1, 3, 4, 1])], weighted)
      ],
      timed: [.input([1, 128, 128, 64]), .constant("weights", [1, 128, 128, 1])]
    ) { _ in weighted },
  ]

  private static let squares: Computation = {
    try $0.input.squares(weights: $0.tensor("weights").scalars)
  }
  private static let guided: Computation = { try $0.input.guided(by: $0.tensor("target")) }
  private static let weighted: Computation = {
    try $0.input.weighted(byPixel: $0.tensor("weights"))
  }
}
