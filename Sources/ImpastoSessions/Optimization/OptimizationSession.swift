import ImpastoCompute
import ImpastoImaging
public import ImpastoNetworks
import ImpastoTensors
public import ImpastoTraining

/// The optimisation of a photo in the style of paintings, from files to a file.
///
/// ```swift
/// let session = try OptimizationSession(
///   OptimizationPlan(
///     photo: "photo.jpg", paintings: [("Styles/great-wave.jpg", weight: 1)],
///     settings: OptimizationSettings(iterations: 20), output: ResultFile("out.png")))
/// let outcome = try session.run()
/// print(outcome.iterations)
/// ```
public final class OptimizationSession {
  /// The plan of the session.
  public let plan: OptimizationPlan
  /// The optimisation.
  public let optimization: ImageOptimization
  /// The warnings so far, as sentences that name a file.
  public private(set) var warnings: [String] = []
  /// The notices about what the result does not get, as sentences that name the photo's file.
  public let notices: [String]
  /// The type of activations, `float32` or `bfloat16`.
  public let precision: String
  /// The name of the backend.
  public let backend: String
  private let photo: OptimizedPhoto

  /// Reads all that `plan` names, so that every mistake shows before the first iteration.
  ///
  /// - Parameter lossNetwork: Nil for the one in its usual place.
  /// - Throws: ``SessionError``, or the error of a module below.
  public init(_ plan: OptimizationPlan, lossNetwork: VGG19? = nil) throws {
    self.plan = plan
    var remarks: [String] = []
    func onWarning(_ remark: String) { remarks.append(remark) }
    try plan.output.check(besides: [plan.photo] + plan.paintings.map(\.path))
    photo = try OptimizedPhoto(
      plan.photo, size: plan.size, copiesMetadata: plan.output.copiesMetadata,
      onWarning: onWarning)
    notices = photo.notices
    let paintings = try plan.paintings.map { path, weight in
      let painting = try Image(contentsOf: path, onWarning: onWarning)
      try painting.check(path)
      return ImageOptimization.WeightedPainting(painting, weight: weight)
    }
    let start: ImageOptimization.Start =
      switch plan.start {
      case .photo: .photo
      case .noise: .noise
      case .file(let path): .image(try Image(contentsOf: path, onWarning: onWarning))
      }
    let (engine, scalarType) = try plan.compute.engine()
    (precision, backend) = (scalarType.rawValue, engine.name)
    let picture = photo.picture
    try SessionError.checkMemory(
      plan.photo,
      needed: plan.settings.bytes(
        width: picture.width, height: picture.height, paintings: paintings.map(\.painting),
        scalarType: scalarType))
    optimization = try ImageOptimization(
      of: picture, in: paintings, from: start, settings: plan.settings,
      lossNetwork: try lossNetwork ?? VGG19(), backend: engine, scalarType: scalarType)
    warnings = remarks
  }

  /// Optimises until all iterations are done or `goesOn` says no, and writes the best picture then.
  ///
  /// - Parameters:
  ///   - goesOn: Asked before each iteration whether to do it.
  ///   - progress: Called after each iteration.
  /// - Returns: What came of it; before the first iteration nothing is written.
  /// - Throws: `TrainingError.pixelsDiverged(iteration:)`; what writing throws. A picture that was
  ///   made is written all the same, and a warning tells of it.
  public func run(
    while goesOn: () -> Bool = { true },
    _ progress: (OptimizationProgress<PictureLosses>) -> Void = { _ in }
  ) throws -> OptimizationOutcome<PictureLosses> {
    let photo = photo.picture
    return try PixelRun(
      optimization: optimization, output: plan.output, metadata: self.photo.metadata,
      finish: { [keepsColors = plan.keepsColors] in keepsColors ? $0.withColors(of: photo) : $0 },
      onWarning: { self.warnings.append($0) }
    ).run(while: goesOn, progress)
  }
}
