public import ArgumentParser
public import ImpastoNetworks
import ImpastoSessions
public import ImpastoTraining

extension OptimizationSettings.Method: ExpressibleByArgument {}
extension PerceptualTerms.Formula: ExpressibleByArgument {}
extension VGG19.Pooling: ExpressibleByArgument {}

/// The options of an optimisation, each with a default that gives a good picture.
struct OptimizationOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Weights of the paintings against each other, in their order (default: all alike).",
      valueName: "a,b,…"))
  var paintingWeights: String?

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "Where to begin: photo, noise, or a picture, which is stretched to the photo's shape.",
      valueName: "start"))
  var start = "photo"

  @Option(
    help: """
      Method: L-BFGS lowers the loss at every iteration; Adam needs more iterations and less memory.
      """)
  var optimizer = OptimizationSettings().method

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Iterations at each scale.", valueName: "n"))
  var iterations = OptimizationSettings().iterations

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Sizes from coarse to fine, each twice the one before (default: as many as bring the first \
      to \(OptimizationSettings.firstSide) pixels or less).
      """, valueName: "n"))
  var scales: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Size of the paintings relative to the picture, by their shorter sides; higher values give larger strokes.",
      valueName: "x"))
  var styleScale = OptimizationSettings().styleScale

  @Option(
    help: """
      Loss: each term relative to the norm of its target, or sums of squares as in Gatys, Ecker \
      and Bethge.
      """)
  var loss = PerceptualTerms().formula

  @Option(
    help: ArgumentHelp(
      "Feature layers that compare content, with weights (default: \(defaultContentTaps)).",
      valueName: "taps"))
  var contentTaps: String?

  @Option(
    help: ArgumentHelp(
      "Feature layers that compare style, with weights (default: \(defaultStyleTaps)).",
      valueName: "taps"))
  var styleTaps: String?

  @Option(help: "Pooling of the loss network: maximum or average.")
  var pooling = PerceptualTerms().pooling

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Weight of the photo's content.", valueName: "x"))
  var contentWeight = PerceptualTerms().contentWeight

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Weight of the paintings' style (default: \(Int(PerceptualTerms.styleWeight(.relative))); \
      with --loss gatys \(PerceptualTerms.styleWeight(.gatys))).
      """, valueName: "x"))
  var styleWeight: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Weight of the total variation, which smooths the picture.", valueName: "x"))
  var tvWeight = PerceptualTerms().totalVariationWeight

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Step length of Adam, for pixels from 0 to 1 (default: \(OptimizationSettings().learningRate)).",
      valueName: "x"))
  var learningRate: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seed of the noise.", valueName: "n"))
  var seed = OptimizationSettings().seed

  private static let defaultContentTaps = TapArgument.text(of: PerceptualTerms.usualContentTaps)
  private static let defaultStyleTaps = TapArgument.text(of: PerceptualTerms.usualStyleTaps)

  func validate() throws {
    try OptionRange.check("iterations", iterations, 1...OptimizationSettings.maximumIterations)
    try OptionRange.check("scales", scales, 1...OptimizationSettings.maximumScales)
    try OptionRange.check("style-scale", styleScale, OptimizationSettings.styleScales)
    try OptionRange.check("content-weight", contentWeight, 0...1e9)
    try OptionRange.check("style-weight", styleWeight, 0...1e9)
    try OptionRange.check("tv-weight", tvWeight, 0...1e9)
    try OptionRange.check("learning-rate", learningRate, 1e-6...1)
    if learningRate != nil, optimizer != .adam {
      throw ValidationError("--learning-rate: only --optimizer adam has one")
    }
    if contentWeight == 0, styleWeight == 0 {
      throw ValidationError(
        "--content-weight 0 --style-weight 0: nothing to optimise; raise one of them")
    }
    _ = try terms
  }

  /// The terms of the loss.
  var terms: PerceptualTerms {
    get throws {
      PerceptualTerms(
        contentTaps: try contentTaps.map { try TapArgument.taps($0, option: "--content-taps") }
          ?? PerceptualTerms.usualContentTaps,
        styleTaps: try styleTaps.map { try TapArgument.taps($0, option: "--style-taps") }
          ?? PerceptualTerms.usualStyleTaps,
        pooling: pooling, formula: loss, contentWeight: contentWeight,
        styleWeight: styleWeight ?? PerceptualTerms.styleWeight(loss),
        totalVariationWeight: tvWeight)
    }
  }

  /// The settings of the optimisation.
  var settings: OptimizationSettings {
    get throws {
      OptimizationSettings(
        terms: try terms, method: optimizer, iterations: iterations, scales: scales,
        styleScale: styleScale,
        learningRate: learningRate ?? OptimizationSettings().learningRate, seed: seed)
    }
  }

  /// The weight of each of `count` paintings.
  func weights(of count: Int) throws -> [Float] {
    guard let paintingWeights else { return [Float](repeating: 1, count: count) }
    let parts = paintingWeights.split(separator: ",", omittingEmptySubsequences: false)
    let weights = parts.compactMap { Float($0) }
    guard weights.count == parts.count, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw ValidationError(
        "--painting-weights \(paintingWeights): expected numbers above zero, as in 2,1")
    }
    guard weights.count == count else {
      throw ValidationError(
        """
        --painting-weights \(paintingWeights): \(weights.count.of("weight")) for \
        \(count.of("painting")); give one for each
        """)
    }
    return weights
  }
}
