public import ImpastoImaging

/// The measurements of one picture that is larger than those whose losses are measured.
public struct SizeMeasures: Sendable, Hashable, Codable {
  /// The photo's name within its folder.
  public let photo: String
  /// The height and width of photo and picture in pixels.
  public let size: Int
  /// S of the picture, seen whole: shrunk to ``Evaluator/photoSize``.
  public let style: Float
  /// The mean squared difference between neighbouring pixels of the picture, divided by the photo's.
  public let edges: Float

  /// The largest S of a large picture, seen whole, that is not marked, as a multiple of S of the
  /// small one.
  public static let maximumStyleRatio: Float = 3
  /// The least edge energy, as a share of the photo's, that is not marked.
  public static let minimumEdges: Float = 0.6

  /// Creates measurements.
  public init(photo: String, size: Int, style: Float, edges: Float) {
    (self.photo, self.size, self.style, self.edges) = (photo, size, style, edges)
  }
}

extension Evaluator {
  /// A large photo that pictures are compared with, measured once.
  public struct LargePhoto: Sendable {
    /// The photo, a square.
    public let square: Image
    let name: String
    let small: Image
    let edgeEnergy: Float
  }

  /// Measures a square photo, called `name` within its folder.
  public func largePhoto(_ square: Image, named name: String) -> LargePhoto {
    LargePhoto(
      square: square, name: name, small: self.square(of: square),
      edgeEnergy: Luminance(of: square).edgeEnergy)
  }

  /// Measures a picture of a large photo, of the same size.
  public func sizeMeasures(
    of picture: Image, from photo: LargePhoto, target: Target
  ) -> SizeMeasures {
    let losses = losses(of: [square(of: picture)], photo: photo.small, targets: [target])
    return SizeMeasures(
      photo: photo.name, size: photo.square.width, style: losses[0].style,
      edges: Luminance(of: picture).edgeEnergy / max(photo.edgeEnergy, 1e-6))
  }
}
