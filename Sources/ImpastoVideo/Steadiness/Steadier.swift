public import ImpastoImaging

/// Keeps painted frames steady: what moves in the film takes its strokes along.
///
/// A network paints each frame by itself and sets its strokes anew. The steadier moves the paintings of
/// a few earlier frames along with the film. It shows them, the oldest first, where the motion is
/// certain and the film has the colours that they were painted of, and the new painting everywhere
/// else: at uncovered places, at edges that move, after a cut.
///
/// ```swift
/// var steadier = Steadier(threads: 2)
/// for frame in frames {
///   let painted = try stylizer.stylize(frame, with: StyleMixture("great-wave"))
///   show(steadier.steady(painted, of: frame))
/// }
/// ```
///
/// The result does not depend on the number of threads.
public struct Steadier: Sendable {
  let threads: Int32
  /// The previous frame of the film.
  var previous: MotionPyramid?
  /// The paintings that are shown, the oldest first.
  var paintings: [CarriedPainting] = []
  /// The share of a frame that all of them covered when the last one was new; nil until then.
  var coverage: Float?
  /// The previous frame as it was painted, and as it was shown.
  private var pictures: (painted: Image, shown: Image)?
  private var changes = (painted: ChangeSums(), shown: ChangeSums())

  /// The most paintings that are shown whole; one more may be fading.
  private static let maximumCount = 3
  /// The share of a frame that may be uncovered before its painting is kept: wide enough that strokes
  /// fit in.
  private static let uncoveredShare: Float = 0.02
  /// The share of a frame that a painting has to cover, or else it fades.
  private static let minimumShare: Float = 0.45
  /// The share below which two frames have nothing in common.
  private static let unrelatedShare: Float = 0.3
  /// The frames after which a painting is given up that has nothing in common with them: more than a
  /// flash has.
  private static let unrelatedFrames = 5
  /// The age at which a painting begins to fade, and that by which it grows in each frame from there on.
  private static let (fadingAge, fading): (Float, Float) = (0.5, 1 / 20)

  /// Creates a steadier for one film.
  ///
  /// - Precondition: `threads` is positive.
  public init(threads: Int) {
    precondition(threads > 0, "\(threads) threads")
    self.threads = Int32(threads)
  }

  /// The measured steadiness so far; nil before two frames have shown the same.
  public var steadiness: Steadiness? {
    guard let unsteady = changes.painted.root, let steady = changes.shown.root else { return nil }
    return Steadiness(unsteadyChange: unsteady, steadyChange: steady)
  }

  /// The bytes that a steadier holds for frames of a size.
  package static func bytes(width: Int, height: Int) -> Int {
    // A painting has 4 bytes a pixel and, of a quarter of the pixels, 4 colours, 4/3 grey levels and
    // two flows. Beside them: three pictures of 3 bytes, two frames, flows that are searched and
    // guessed, weights and records.
    let count = maximumCount + 1
    let painting = 4 * 4 + 22 + 2 * 8
    return width * height * (count * painting + 9 * 4 + 2 * 22 + 6 * 8 + count * (4 + 16 + 8)) / 4
  }

  /// Returns the picture to show for the next frame.
  ///
  /// - Parameters:
  ///   - painted: The frame as it was painted by itself.
  ///   - photo: The frame of the film.
  ///   - labels: A number for each pixel, rows from the top: an earlier painting is not shown where it had
  ///     another one. They take the place of the frame's opacity; nil where all is painted alike.
  ///   - aging: How much older all earlier paintings get, where styles change: nothing is shown of
  ///     those that reach 1.
  /// - Precondition: All frames are of one size.
  public mutating func steady(
    _ painted: Image, of photo: Image, labels: [UInt8]? = nil, aging: Float = 0
  ) -> Image {
    precondition(
      (painted.width, painted.height) == (photo.width, photo.height),
      "a picture of \(painted.width)×\(painted.height) of a frame of \(photo.width)×\(photo.height)"
    )
    let frame = MotionPyramid(photo, labels: labels, threads: threads)
    guard let previous else {
      paintings = [CarriedPainting(painted, of: frame, threads: threads)]
      (self.previous, pictures) = (frame, (painted, painted))
      return painted
    }
    precondition(
      (previous.width, previous.height) == (frame.width, frame.height),
      "a frame of \(photo.width)×\(photo.height) in a film of another size")
    age(by: aging)
    let motion = CarriedPlaces(of: previous, in: frame, threads: threads)
    let places = paintings.map { self.places(of: $0, motion, in: frame) }
    note(places, of: painted)
    let result = blend(places, over: painted)
    if let pictures {
      changes.painted.add(from: pictures.painted, to: painted, along: motion, threads: threads)
      changes.shown.add(from: pictures.shown, to: result, along: motion, threads: threads)
    }
    (pictures, self.previous) = ((painted, result), frame)
    keep(painted, of: frame, places)
    return result
  }

  /// Lets all paintings get older, those that fade more, and removes what is not shown any more.
  private mutating func age(by aging: Float) {
    for index in paintings.indices {
      paintings[index].age += aging
      if paintings[index].age >= Self.fadingAge { paintings[index].age += Self.fading }
    }
    paintings.removeAll { $0.age >= 1 || $0.unrelatedFrames > Self.unrelatedFrames }
  }

  /// Takes note of where paintings are in this frame.
  private mutating func note(_ places: [CarriedPlaces], of painted: Image) {
    for (index, places) in places.enumerated() {
      paintings[index].flows = places.flows
      guard places.share >= Self.unrelatedShare else {
        paintings[index].unrelatedFrames += 1
        continue
      }
      paintings[index].unrelatedFrames = 0
      paintings[index].follow(painted, at: places, threads: threads)
      if places.share < Self.minimumShare { fade(index) }
    }
  }

  /// Keeps a painting if the earlier ones leave too much of its frame uncovered.
  private mutating func keep(_ painted: Image, of frame: MotionPyramid, _ places: [CarriedPlaces]) {
    let shares = shownShares(places)
    let covered = shares.reduce(0, +)
    guard covered < (coverage ?? Self.unrelatedShare) - Self.uncoveredShare else {
      if coverage == nil { coverage = covered }
      return
    }
    let whole = paintings.indices.filter { paintings[$0].age < Self.fadingAge }
    if whole.count >= Self.maximumCount, let least = whole.min(by: { shares[$0] < shares[$1] }) {
      fade(least)
    }
    if paintings.count > Self.maximumCount,
      let oldest = paintings.indices.max(by: { paintings[$0].age < paintings[$1].age })
    {
      paintings.remove(at: oldest)
    }
    paintings.append(CarriedPainting(painted, of: frame, threads: threads))
    coverage = nil
  }

  /// Lets a painting be shown less and less from now on.
  private mutating func fade(_ index: Int) {
    paintings[index].age = max(paintings[index].age, Self.fadingAge)
  }

  /// The share of a frame in which each painting is shown that does not fade.
  private func shownShares(_ places: [CarriedPlaces]) -> [Float] {
    guard let count = places.first?.weights.count else { return [] }
    var rest = [Float](repeating: 1, count: count)
    return zip(paintings, places).map { painting, places in
      guard painting.age < Self.fadingAge else { return 0 }
      var sum: Float = 0
      for index in 0..<count {
        let share = rest[index] * places.weights[index]
        sum += share
        rest[index] -= share
      }
      return sum / Float(count)
    }
  }
}

extension Steadier {
  /// The place of a painting in a frame, near where it was in the previous one and the motion leads.
  private func places(
    of painting: CarriedPainting, _ motion: CarriedPlaces, in frame: MotionPyramid
  ) -> CarriedPlaces {
    guard let flows = painting.flows else { return motion }
    // A flash hides the motion; what was seen before it comes back near its place.
    let guess =
      motion.share < Self.unrelatedShare
      ? flows
      : (
        motion.flows.flow.followed(by: flows.flow, threads: threads),
        flows.back.followed(by: motion.flows.back, threads: threads)
      )
    return CarriedPlaces(of: painting.frame, in: frame, guess: guess, threads: threads)
  }

  /// Lays all earlier paintings that have to do with this frame over the new one.
  private func blend(_ places: [CarriedPlaces], over painted: Image) -> Image {
    let related = zip(paintings, places).filter { $1.share >= Self.unrelatedShare }
    let count = ((painted.width + 1) / 2) * ((painted.height + 1) / 2)
    // From the top down, what each leaves to be seen.
    var seen = [[Float](repeating: 1, count: count)]
    for (painting, places) in related.dropLast() {
      seen.append(
        zip(seen[seen.count - 1], places.weights).map { $0 * (1 - painting.strength * $1) })
    }
    var records = [Float](repeating: 0, count: 4 * count)
    var result = painted
    for ((painting, places), seen) in zip(related, seen).reversed() {
      painting.lay(over: &result, at: places, seen: seen, records: &records, threads: threads)
    }
    return result
  }
}
