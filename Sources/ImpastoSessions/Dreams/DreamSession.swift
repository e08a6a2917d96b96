import ImpastoCompute
import ImpastoImaging
public import ImpastoNetworks
import ImpastoTensors
public import ImpastoTraining

/// A dream of a photo, from files to a file.
///
/// ```swift
/// let session = try DreamSession(
///   DreamPlan(
///     photo: "photo.jpg", size: 256, settings: DreamSettings(octaves: 2),
///     output: ResultFile("dream.png")))
/// let outcome = try session.run()
/// print(outcome.iterations)
/// ```
public final class DreamSession {
  /// The plan of the session.
  public let plan: DreamPlan
  /// The dream of the picture, or of the first frame.
  public let dream: Dream
  /// The warnings so far, as sentences that name a file.
  public private(set) var warnings: [String] = []
  /// The notices about what the result does not get, as sentences that name the photo's file.
  public let notices: [String]
  /// The type of activations, `float32` or `bfloat16`.
  public let precision: String
  /// The name of the backend.
  public let backend: String
  private let photo: OptimizedPhoto
  /// Makes the dream of a frame, or of the photo.
  private let makeDream: (Image, DreamSettings) throws(TrainingError) -> Dream

  /// Reads all that `plan` names, so that every mistake shows before the first iteration.
  ///
  /// - Parameter lossNetwork: Nil for the one in its usual place.
  /// - Throws: ``SessionError``, or the error of a module below.
  public init(_ plan: DreamPlan, lossNetwork: VGG19? = nil) throws {
    self.plan = plan
    var remarks: [String] = []
    func onWarning(_ remark: String) { remarks.append(remark) }
    if plan.zoom == nil {
      try plan.output.check(besides: [plan.photo, plan.guide, plan.mask].compactMap(\.self))
    }
    let limit = plan.zoom == nil ? DreamPlan.usualSide : DreamPlan.usualFrameSide
    let photo = try OptimizedPhoto(
      plan.photo, size: plan.size, limit: limit, copiesMetadata: plan.output.copiesMetadata,
      onWarning: onWarning)
    (self.photo, notices) = (photo, photo.notices)
    let guide = try plan.guide.map { try Image(contentsOf: $0, onWarning: onWarning) }
    let mask = try plan.mask.map { path in
      let mask = try Mask(contentsOf: path, onWarning: onWarning)
      guard !mask.isBlack else { throw SessionError.blackMask(path) }
      guard mask.hasShape(of: photo.picture) else {
        throw SessionError.otherShape(
          path, width: mask.width, height: mask.height, of: plan.photo,
          otherWidth: photo.picture.width, otherHeight: photo.picture.height)
      }
      return mask
    }
    let (engine, scalarType) = try plan.compute.engine()
    (precision, backend) = (scalarType.rawValue, engine.name)
    let picture = photo.picture
    try SessionError.checkMemory(
      plan.photo,
      needed: plan.settings.bytes(
        width: picture.width, height: picture.height, scalarType: scalarType))
    let network = try lossNetwork ?? VGG19()
    makeDream = { picture, settings throws(TrainingError) in
      try Dream(
        of: picture, guide: guide, mask: mask, settings: settings, lossNetwork: network,
        backend: engine, scalarType: scalarType)
    }
    dream = try makeDream(picture, plan.settings)
    warnings = remarks
  }

  /// The width of the picture, or of each frame.
  public var width: Int { photo.picture.width }
  /// The height of the picture, or of each frame.
  public var height: Int { photo.picture.height }

  /// Dreams until all iterations are done or `goesOn` says no, and writes the picture then.
  ///
  /// - Parameters:
  ///   - goesOn: Asked before each iteration whether to do it.
  ///   - progress: Called after each iteration.
  /// - Returns: What came of it; before the first iteration nothing is written.
  /// - Throws: `TrainingError`; what writing throws. A picture that was made is written all the
  ///   same, and a warning tells of it.
  /// - Precondition: The plan is that of one picture.
  public func run(
    while goesOn: () -> Bool = { true },
    _ progress: (OptimizationProgress<DreamResponses>) -> Void = { _ in }
  ) throws -> OptimizationOutcome<DreamResponses> {
    precondition(plan.zoom == nil, "a journey is not one picture")
    return try PixelRun(
      optimization: dream, output: plan.output, metadata: photo.metadata,
      onWarning: { self.warnings.append($0) }
    ).run(while: goesOn, progress)
  }

  /// Dreams the frames of a journey into the picture until all are done or `goesOn` says no.
  ///
  /// - Parameters:
  ///   - goesOn: Asked before each iteration whether to do it.
  ///   - progress: Called after each frame with the number of those that are done.
  /// - Returns: The number of frames that are written; where it is 0, nothing is.
  /// - Throws: `TrainingError`; what writing throws.
  /// - Precondition: The plan is that of a journey.
  public func runZoom(
    while goesOn: () -> Bool = { true }, _ progress: (_ frames: Int) -> Void = { _ in }
  ) throws -> Int {
    guard let zoom = plan.zoom else { preconditionFailure("a picture is no journey") }
    let sink = try ZoomOutput.sink(plan.output.path, like: photo.picture, zoom)
    var settings = plan.settings
    var (count, dream) = (0, dream)
    while count < zoom.frames {
      while !dream.isFinished, goesOn() { try dream.step() }
      guard dream.isFinished else { break }
      let picture = dream.picture
      try sink.append(picture)
      count += 1
      progress(count)
      guard count < zoom.frames, goesOn() else { break }
      settings.octaves = min(plan.settings.octaves, DreamPlan.Zoom.laterOctaves)
      settings.seed = plan.settings.seed &+ UInt64(count)
      dream = try makeDream(picture.zoomed(by: DreamPlan.Zoom.factor), settings)
    }
    if count > 0 { try sink.finish() }
    return count
  }
}

extension Mask {
  /// Indicates whether the mask has a picture's shape, but for the rounding of its size.
  func hasShape(of picture: Image) -> Bool {
    hasLikeShape((width, height), (picture.width, picture.height))
  }
}

/// Returns whether two sizes are of one shape, but for the rounding of the smaller one.
func hasLikeShape(_ one: (width: Int, height: Int), _ other: (width: Int, height: Int)) -> Bool {
  let difference = abs(one.width * other.height - one.height * other.width)
  return difference <= max(one.width, one.height, other.width, other.height)
}

extension Image {
  /// The middle of the picture, enlarged to its size.
  func zoomed(by factor: Double) -> Image {
    let (inner, outer) = (
      (Int(Double(width) / factor), Int(Double(height) / factor)), (width, height)
    )
    return cropped(
      x: (outer.0 - inner.0) / 2, y: (outer.1 - inner.1) / 2, width: inner.0, height: inner.1
    ).resized(width: width, height: height)
  }
}
