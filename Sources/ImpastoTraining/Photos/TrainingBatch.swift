public import ImpastoImaging

/// The photos of one training step, or a rank's share of them.
public struct TrainingBatch: Sendable, Equatable {
  /// The number of steps before this one.
  public let step: Int
  /// Square photos, all of the same size.
  public let photos: [Image]
  /// The photos' names within their folder.
  public let names: [String]
  /// The number of photos that each rank has, where several share the step.
  let counts: [Int]

  /// Creates a batch of `photos` called `names`.
  public init(step: Int, photos: [Image], names: [String]) {
    precondition(photos.count == names.count, "\(photos.count) photos, \(names.count) names")
    self.init(step: step, photos: photos, names: names, counts: [photos.count])
  }

  /// Creates the share of a rank: its `photos`, and the names of those of all ranks.
  init(step: Int, photos: [Image], names: [String], counts: [Int]) {
    self.step = step
    self.photos = photos
    self.names = names
    self.counts = counts
  }
}
