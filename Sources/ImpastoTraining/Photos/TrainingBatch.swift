public import ImpastoImaging

/// The photos of one training step.
public struct TrainingBatch: Sendable, Equatable {
  /// The number of steps before this one.
  public let step: Int
  /// Square photos, all of the same size.
  public let photos: [Image]
  /// The photos' names within their folder.
  public let names: [String]

  /// Creates a batch of `photos` called `names`.
  public init(step: Int, photos: [Image], names: [String]) {
    precondition(photos.count == names.count, "\(photos.count) photos, \(names.count) names")
    self.step = step
    self.photos = photos
    self.names = names
  }
}
