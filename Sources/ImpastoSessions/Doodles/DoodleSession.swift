import ImpastoCompute
import ImpastoImaging
public import ImpastoNetworks
import ImpastoTensors
public import ImpastoTraining

/// The painting of a picture by a map, from files to a file.
///
/// ```swift
/// let session = try DoodleSession(
///   DoodlePlan(
///     map: "doodle.png", paintings: [.init("painting.jpg", map: "painting-map.png")],
///     settings: OptimizationSettings(iterations: 20), output: ResultFile("out.png")))
/// let outcome = try session.run()
/// print(outcome.iterations)
/// ```
public final class DoodleSession {
  /// The plan of the session.
  public let plan: DoodlePlan
  /// The optimisation.
  public let optimization: DoodleOptimization
  /// The regions of the map.
  public let maps: DoodleMaps
  /// The warnings so far, as sentences that name a file.
  public private(set) var warnings: [String] = []
  /// The notices about what the result does not get, as sentences that name a file.
  public let notices: [String]
  /// The type of activations, `float32` or `bfloat16`.
  public let precision: String
  /// The name of the backend.
  public let backend: String
  private let metadata: ImageMetadata

  /// Reads all that `plan` names, so that every mistake shows before the first iteration.
  ///
  /// - Parameter lossNetwork: Nil for the one in its usual place.
  /// - Throws: ``SessionError``, or the error of a module below.
  public init(_ plan: DoodlePlan, lossNetwork: VGG19? = nil) throws {
    self.plan = plan
    let inputs = try DoodleInputs(plan)
    (maps, notices, warnings) = (inputs.maps, inputs.notices, inputs.warnings)
    metadata = inputs.seen.metadata
    let (engine, scalarType) = try plan.compute.engine()
    (precision, backend) = (scalarType.rawValue, engine.name)
    let (width, height) = (inputs.seen.picture.width, inputs.seen.picture.height)
    try SessionError.checkMemory(
      plan.map,
      needed: plan.settings.bytes(
        width: width, height: height, paintings: inputs.paintings.map(\.painting),
        scalarType: scalarType,
        regions: maps.regions.count))
    optimization = try DoodleOptimization(
      maps, width: width, height: height, paintings: inputs.paintings, photo: inputs.photo,
      settings: plan.settings,
      lossNetwork: try lossNetwork ?? VGG19(), backend: engine, scalarType: scalarType)
  }

  /// Paints until all iterations are done or `goesOn` says no, and writes the best picture then.
  ///
  /// - Parameters:
  ///   - goesOn: Asked before each iteration whether to do it.
  ///   - progress: Called after each iteration.
  /// - Returns: What came of it; before the first iteration nothing is written.
  /// - Throws: `TrainingError.pixelsDiverged(iteration:)`; what writing throws. A picture that was
  ///   made is written all the same, and a warning tells of it.
  public func run(
    while goesOn: () -> Bool = { true },
    _ progress: (OptimizationProgress<DoodleLosses>) -> Void = { _ in }
  ) throws -> OptimizationOutcome<DoodleLosses> {
    try PixelRun(
      optimization: optimization, output: plan.output, metadata: metadata,
      onWarning: { self.warnings.append($0) }
    ).run(while: goesOn, progress)
  }
}
