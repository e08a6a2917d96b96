public import ImpastoTraining

/// The inputs and settings of an optimisation of a photo in the style of paintings.
public struct OptimizationPlan: Sendable {
  /// The pixels to begin with.
  public enum Start: Sendable {
    /// With the photo.
    case photo
    /// With noise.
    case noise
    /// With the picture of a file, stretched to the photo's shape.
    case file(String)
  }

  /// The file of the photo.
  public var photo: String
  /// The files of the paintings, and their weights against each other.
  public var paintings: [(path: String, weight: Float)]
  /// The pixels to begin with.
  public var start: Start
  /// The longer side of the picture in pixels; nil for that of the photo, at most 512.
  public var size: Int?
  /// Indicates whether only light and shade are painted and the colours are those of the photo.
  public var keepsColors: Bool
  /// The settings of the optimisation.
  public var settings: OptimizationSettings
  /// The settings of the arithmetic.
  public var compute: ComputeSettings
  /// The file of the result.
  public var output: ResultFile

  /// Creates a plan.
  public init(
    photo: String, paintings: [(path: String, weight: Float)], start: Start = .photo,
    size: Int? = nil, keepsColors: Bool = false,
    settings: OptimizationSettings = OptimizationSettings(),
    compute: ComputeSettings = ComputeSettings(), output: ResultFile
  ) {
    (self.photo, self.paintings, self.start) = (photo, paintings, start)
    (self.size, self.keepsColors, self.settings) = (size, keepsColors, settings)
    (self.compute, self.output) = (compute, output)
  }
}
