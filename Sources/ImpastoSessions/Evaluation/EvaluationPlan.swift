/// The plan of an evaluation: the network, the photos and paintings, and what to compare with.
public struct EvaluationPlan: Sendable {
  /// The checkpoint to measure.
  public var model: String
  /// The folder of the paintings that it was trained on.
  public var styles: String
  /// The styles to measure; nil for all that the folder has a painting of.
  public var styleNames: [String]?
  /// The folder of photos, searched with all folders below it.
  public var content: String
  /// The number of photos to use, evenly spaced, 1 or more; nil for all.
  public var photos: Int?
  /// The height and width of the squares that photos are scaled to, in pixels, from 64 to 1024.
  public var photoSize = 256
  /// The shorter side that paintings are scaled to, in pixels, from 32 to 2048.
  public var styleSize = 384
  /// The checkpoint to compare with.
  public var other: String?
  /// The most iterations of the optimisations of pixels to compare with, up to 1000; nil for none.
  public var iterations: Int?
  /// The sizes of squares, in pixels, at which the shown photos are painted as well; photos that
  /// are smaller are left out.
  public var sizes: [Int] = []
  /// Indicates whether the shown photos are also painted after they moved by a few pixels.
  public var movesPhotos = false
  /// The number of photos to show, to optimise, to paint at large sizes and to move, evenly spaced,
  /// 1 or more.
  public var shownPhotos = 2
  /// The file for all measurements as JSON.
  public var output: String?
  /// The file for a page with tables and pictures.
  public var report: String?
  /// The arithmetic.
  public var compute = ComputeSettings()

  /// Plans to measure the checkpoint at `model` on photos of the folder `content`.
  public init(model: String, styles: String, content: String) {
    (self.model, self.styles, self.content) = (model, styles, content)
  }

  /// Refuses numbers that no evaluation can have.
  ///
  /// - Throws: ``SessionError/outOfRange(setting:value:expected:)``.
  public func check() throws(SessionError) {
    try SessionError.check("photos", photos)
    try SessionError.check("shown-photos", shownPhotos)
    try SessionError.check("image-size", photoSize, 64...1024)
    try SessionError.check("style-size", styleSize, 32...2048)
    for size in sizes { try SessionError.check("sizes", size, 64...16_384) }
    try SessionError.check("against", iterations, Self.iterationCounts)
  }

  /// The most iterations of optimisations that can be asked for.
  public static let iterationCounts = 1...1000
}
