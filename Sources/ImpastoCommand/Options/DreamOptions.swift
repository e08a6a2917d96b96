public import ArgumentParser
public import ImpastoTraining

extension DreamPreset: ExpressibleByArgument {}

/// The options of a dream, each with a default that gives a good picture.
struct DreamOptions: ParsableArguments {
  @Option(help: "What is raised, by the name of a kind of dream (default: eyes).")
  var preset: DreamPreset?

  @Option(
    help: ArgumentHelp(
      """
      What is raised instead: layers of the loss network, or channels of them by their numbers, with \
      weights: relu4_3, relu4_1:37+41=2,relu3_2. --chart shows what channels respond to.
      """, valueName: "layers"))
  var layers: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Sizes from small to large.", valueName: "n"))
  var octaves = DreamSettings().octaves

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Size of an octave relative to the one before.", valueName: "x"))
  var octaveScale = DreamSettings().octaveScale

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Iterations at each size.", valueName: "n"))
  var iterations = DreamSettings().iterations

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How far a step goes: the usual change of a level, of 255.", valueName: "levels"))
  var step = DreamSettings().stepSize

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How far the picture is rolled before each step, at most.", valueName: "pixels"))
  var jitter = DreamSettings().jitter

  @Flag(
    inversion: .prefixedNo,
    help: "Bring coarse and fine detail to one strength by a Laplacian pyramid.")
  var pyramid = true

  @Option(help: "Pooling of the loss network: maximum or average.")
  var pooling = DreamSettings().pooling

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Side of the squares that the loss network sees at once; smaller ones take less memory, and \
      the picture is the same.
      """, valueName: "pixels"))
  var tileSize = DreamSettings().tileSize

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Seed of the rolling.", valueName: "n"))
  var seed = DreamSettings().seed

  func validate() throws {
    try OptionRange.check("octaves", octaves, DreamSettings.octaveCounts)
    try OptionRange.check("octave-scale", octaveScale, DreamSettings.octaveScales)
    try OptionRange.check("iterations", iterations, DreamSettings.iterationCounts)
    try OptionRange.check("step", step, DreamSettings.stepSizes)
    try OptionRange.check("jitter", jitter, DreamSettings.jitters)
    try OptionRange.check("tile-size", tileSize, DreamSettings.tileSizes)
    if preset != nil, layers != nil {
      throw ValidationError("--preset and --layers exclude each other")
    }
    _ = try settings
  }

  /// The settings of the dream.
  var settings: DreamSettings {
    get throws {
      DreamSettings(
        targets: try layers.map { try LayerArgument.targets($0, option: "--layers") }
          ?? (preset ?? .eyes).targets,
        octaves: octaves, octaveScale: octaveScale, iterations: iterations, stepSize: step,
        jitter: jitter, balancesDetail: pyramid, pooling: pooling, tileSize: tileSize, seed: seed)
    }
  }
}
