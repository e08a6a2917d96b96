public import ImpastoTraining

/// The inputs and settings of a doodle: a picture painted by a map.
public struct DoodlePlan: Sendable {
  /// The file of a painting and that of its map.
  public struct Painting: Sendable {
    /// The files.
    public var painting, map: String

    /// Creates a painting with its map.
    public init(_ painting: String, map: String) { (self.painting, self.map) = (painting, map) }
  }

  /// The file of the map to paint by.
  public var map: String
  /// The paintings with their maps.
  public var paintings: [Painting]
  /// The file of a photo to be seen in the picture; nil for none.
  public var photo: String?
  /// The longer side of the picture in pixels; nil for that of the map, or of the photo where there
  /// is one, at most 512.
  public var size: Int?
  /// The settings of the optimisation.
  public var settings: OptimizationSettings
  /// The settings of the arithmetic.
  public var compute: ComputeSettings
  /// The file of the result.
  public var output: ResultFile

  /// Creates a plan.
  public init(
    map: String, paintings: [Painting], photo: String? = nil, size: Int? = nil,
    settings: OptimizationSettings = OptimizationSettings(),
    compute: ComputeSettings = ComputeSettings(), output: ResultFile
  ) {
    (self.map, self.paintings, self.photo, self.size) = (map, paintings, photo, size)
    (self.settings, self.compute, self.output) = (settings, compute, output)
  }
}
