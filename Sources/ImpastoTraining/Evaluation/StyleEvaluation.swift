/// The measurements of one style.
public struct StyleEvaluation: Sendable {
  /// The measurements on one photo.
  public struct Sample: Sendable, Codable {
    /// The photo's name within its folder.
    public let photo: String
    /// The losses of the stylised photo.
    public let network: RelativeLosses
    /// The losses of the unchanged photo, for comparison.
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
  public private(set) var samples: [Sample] = []
  private var measures: [PictureMeasures] = []
  /// The most uneven of its pictures of a ``FlatField``, in levels.
  public var unevenness: Float = 0
  /// Optimisations of some of the photos.
  public var descents: [Descent] = []
  /// Measurements of large pictures of some of the photos.
  public var sizes: [SizeMeasures] = []
  /// Measurements of some of the photos that move.
  public var shifts: [ShiftMeasures] = []

  /// Begins the evaluation of a style.
  public init(name: String) { self.name = name }

  /// Notes what was measured on one photo: its losses, and the faults of its stylised picture.
  public mutating func append(_ sample: Sample, measures: PictureMeasures) {
    samples.append(sample)
    self.measures.append(measures)
  }

  /// The mean losses of the stylised photos.
  public var network: RelativeLosses? { .mean(samples.map(\.network)) }
  /// The mean losses of the photos as they are.
  public var plain: RelativeLosses? { .mean(samples.map(\.plain)) }
  /// The mean losses of what the other checkpoint makes of the photos.
  public var other: RelativeLosses? { .mean(samples.compactMap(\.other)) }
  /// The faults of the stylised photos.
  public var faults: PictureFaults? { PictureFaults(measures, blobs: unevenness) }

  /// The mean S of pictures of `size`×`size` pixels, seen whole, divided by that of the small pictures
  /// of the same photos; nothing where none was painted.
  public func styleRatio(atSize size: Int) -> Float? {
    let large = sizes.filter { $0.size == size }
    let photos = Set(large.map(\.photo))
    let small = samples.filter { photos.contains($0.photo) }.map(\.network.style)
    guard !large.isEmpty, !small.isEmpty else { return nil }
    return Self.mean(large.map(\.style)) / max(Self.mean(small), 1e-6)
  }

  /// The mean edge energy of pictures of `size`×`size` pixels, as a share of the photos'; nothing
  /// where none was painted.
  public func edges(atSize size: Int) -> Float? {
    let large = sizes.filter { $0.size == size }
    return large.isEmpty ? nil : Self.mean(large.map(\.edges))
  }

  /// The mean difference for each of ``ShiftMeasures/distances``; empty where no photo was moved.
  public var meanShift: [Float] {
    guard !shifts.isEmpty else { return [] }
    return ShiftMeasures.distances.indices.map { move in
      Self.mean(shifts.map { $0.differences[move] })
    }
  }

  private static func mean(_ numbers: [Float]) -> Float {
    numbers.reduce(0, +) / Float(numbers.count)
  }

  /// The mean total of the optimised photos after each iteration, that of the start first; empty
  /// where none was optimised.
  public func totals(from start: Descent.Start) -> [Float] {
    Descent.mean(descents.filter { $0.start == start })
  }

  /// The mean total of the network on the photos that were optimised from `start`.
  public func networkTotal(onPhotosOptimizedFrom start: Descent.Start) -> Float? {
    let photos = Set(descents.filter { $0.start == start }.map(\.photo))
    return RelativeLosses.mean(samples.filter { photos.contains($0.photo) }.map(\.network))?.total
  }

  /// The number of iterations from `start` that lower the mean total of the optimised photos to the
  /// network's on the same photos.
  public func equivalentIterations(from start: Descent.Start) -> EquivalentIterations? {
    let totals = totals(from: start)
    guard !totals.isEmpty, let goal = networkTotal(onPhotosOptimizedFrom: start) else { return nil }
    return EquivalentIterations(of: totals, reaching: goal)
  }
}
