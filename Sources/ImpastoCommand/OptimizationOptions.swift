public import ArgumentParser
public import ImpastoNetworks
public import ImpastoTraining

extension OptimizationSettings.Method: ExpressibleByArgument {}
extension PerceptualTerms.Formula: ExpressibleByArgument {}
extension VGG19.Pooling: ExpressibleByArgument {}

/// How a picture is optimised, each with a default that gives a good picture.
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
      Method: L-BFGS, which falls at every iteration, or Adam, which needs more of them and less \
      memory.
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
      "Shorter side of the paintings, in shorter sides of the picture: larger, larger strokes.",
      valueName: "x"))
  var styleScale = OptimizationSettings().styleScale

  @Option(
    help: """
      Loss: each term as a share of what it is compared with, or the sums of squares of Gatys, \
      Ecker and Bethge.
      """)
  var loss = PerceptualTerms().formula

  @Option(
    help: ArgumentHelp(
      "Where content is compared, with weights (default: \(defaultContentTaps)).",
      valueName: "taps"))
  var contentTaps: String?

  @Option(
    help: ArgumentHelp(
      "Where style is compared, with weights (default: \(defaultStyleTaps)).",
      valueName: "taps"))
  var styleTaps: String?

  @Option(help: "How the loss network halves pictures: by the largest or by the mean.")
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
    help: ArgumentHelp("Weight of smoothness.", valueName: "x"))
  var tvWeight = PerceptualTerms().totalVariationWeight

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Step length of Adam, a pixel's range being 1 (default: \(OptimizationSettings().learningRate)).",
      valueName: "x"))
  var learningRate: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What noise depends on.", valueName: "n"))
  var seed = OptimizationSettings().seed

  private static let defaultContentTaps = TapArgument.text(of: PerceptualTerms.usualContentTaps)
  private static let defaultStyleTaps = TapArgument.text(of: PerceptualTerms.usualStyleTaps)

  func validate() throws {
    try check("--iterations", iterations, 1...OptimizationSettings.mostIterations)
    try check("--scales", scales, 1...OptimizationSettings.mostScales)
    try check("--style-scale", styleScale, OptimizationSettings.styleScales)
    try check("--content-weight", contentWeight, 0...1e9)
    try check("--style-weight", styleWeight, 0...1e9)
    try check("--tv-weight", tvWeight, 0...1e9)
    try check("--learning-rate", learningRate, 1e-6...1)
    if learningRate != nil, optimizer != .adam {
      throw ValidationError("--learning-rate: only --optimizer adam has one")
    }
    if contentWeight == 0, styleWeight == 0 {
      throw ValidationError(
        "--content-weight 0 --style-weight 0: nothing to optimise; raise one of them")
    }
    _ = try terms
  }

  /// What the picture is compared by.
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

  /// What the picture is optimised with.
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

  private func check<Value: Comparable>(
    _ name: String, _ value: Value?, _ range: ClosedRange<Value>
  ) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
      "\(name) \(value): expected a number from \(range.lowerBound) to \(range.upperBound)")
  }
}
