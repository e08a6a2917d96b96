/// What was measured of one style.
public struct StyleEvaluation: Sendable {
  /// What was measured on one photo.
  public struct Sample: Sendable, Encodable {
    /// The photo's name within its folder.
    public let photo: String
    /// The losses of the stylised photo.
    public let network: RelativeLosses
    /// The losses of the photo as it is: what painting nothing is worth.
    public let plain: RelativeLosses
    /// The losses of the photo as another checkpoint stylises it, if that knows the style.
    public let other: RelativeLosses?

    /// Creates a sample.
    public init(
      photo: String, network: RelativeLosses, plain: RelativeLosses, other: RelativeLosses?
    ) {
      self.photo = photo
      self.network = network
      self.plain = plain
      self.other = other
    }
  }

  /// The style's name.
  public let name: String
  /// One per photo, in the order measured.
  public var samples: [Sample] = []

  /// Begins the evaluation of a style.
  public init(name: String) { self.name = name }

  /// The mean losses of the stylised photos.
  public var network: RelativeLosses? { .mean(samples.map(\.network)) }
  /// The mean losses of the photos as they are.
  public var plain: RelativeLosses? { .mean(samples.map(\.plain)) }
  /// The mean losses of what the other checkpoint makes of the photos.
  public var other: RelativeLosses? { .mean(samples.compactMap(\.other)) }
}
