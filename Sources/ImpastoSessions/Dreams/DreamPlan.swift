public import ImpastoTraining

/// The inputs and settings of a dream.
public struct DreamPlan: Sendable {
  /// A journey into the picture, frame after frame.
  public struct Zoom: Sendable {
    /// The number of frames, 2 or more.
    public var frames: Int
    /// The frames a second of an animation or film.
    public var speed: Int

    /// The enlargement of the middle of each frame for the next.
    static let factor = 1.04
    /// The octaves of all frames but the first, whose patterns are there already.
    static let laterOctaves = 2

    /// Creates a journey.
    public init(frames: Int, speed: Int = 20) { (self.frames, self.speed) = (frames, speed) }
  }

  /// The file of the photo.
  public var photo: String
  /// The file of the guide; nil for none.
  public var guide: String?
  /// The file of the mask, white where the picture changes; nil to change it everywhere.
  public var mask: String?
  /// The longer side of the picture in pixels; nil for that of the photo, at most 1024.
  public var size: Int?
  /// The settings of the dream.
  public var settings: DreamSettings
  /// The journey into the picture; nil for one picture.
  public var zoom: Zoom?
  /// The settings of the arithmetic.
  public var compute: ComputeSettings
  /// The file of the result; of a journey, an animation, a film or a folder.
  public var output: ResultFile

  /// The longer side of a picture where no size is asked for.
  public static let usualSide = 1024
  /// The longer side of the frames of a journey where no size is asked for.
  public static let usualFrameSide = 480

  /// Creates a plan.
  public init(
    photo: String, guide: String? = nil, mask: String? = nil, size: Int? = nil,
    settings: DreamSettings = DreamSettings(), zoom: Zoom? = nil,
    compute: ComputeSettings = ComputeSettings(), output: ResultFile
  ) {
    (self.photo, self.guide, self.mask, self.size) = (photo, guide, mask, size)
    (self.settings, self.zoom, self.compute, self.output) = (settings, zoom, compute, output)
  }
}
