public import ImpastoImaging

/// The measurements of one picture that is larger than those whose losses are measured.
public struct SizeMeasures: Sendable, Hashable, Encodable {
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
  /// Measures a large picture.
  ///
  /// - Parameters:
  ///   - picture: The stylised photo.
  ///   - photo: A square of the same size.
  ///   - name: The photo's name within its folder.
  ///   - target: The painting.
  public func sizeMeasures(
    of picture: Image, photo: Image, named name: String, target: Target
  ) -> SizeMeasures {
    let small = losses(of: [square(of: picture)], photo: square(of: photo), targets: [target])
    return SizeMeasures(
      photo: name, size: photo.width, style: small[0].style,
      edges: Luminance(of: picture).edgeEnergy / max(Luminance(of: photo).edgeEnergy, 1e-6))
  }
}
