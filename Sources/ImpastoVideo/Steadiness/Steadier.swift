import CMotion
public import ImpastoImaging

/// Keeps painted frames steady: what moves in the film takes its strokes along.
///
/// A network paints each frame by itself and sets its strokes anew. The steadier moves two earlier
/// pictures along with the film: the key picture of the shot and, for what that does not cover, a later
/// one. It shows them where the motion is certain and the film has the colours that they were painted
/// of, and the new painting everywhere else: at uncovered places, at edges that move, after a cut.
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
  var key: CarriedSource?
  /// The later picture; nil where it is the key.
  var later: CarriedSource?
  /// The frames since the key.
  var age = 0
  /// The share of a frame that both pictures covered when the later one was new; nil until then.
  var coverage: Float?
  /// The previous frame as it was painted, and as it was shown.
  private var pictures: (painted: Image, shown: Image)?
  private var changes = (painted: ChangeSums(), shown: ChangeSums())

  /// The share of a frame that the key has to cover, and the frames after which a new one is taken.
  private static let (leastShare, longestAge): (Float, Int) = (0.7, 60)
  /// The share of a frame that may be uncovered before a later picture is taken: wide enough that
  /// strokes fit in.
  private static let uncoveredShare: Float = 0.04
  /// The share below which two frames have no motion in common.
  private static let unrelatedShare: Float = 0.3

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
    // Two pictures of 4 bytes a pixel and a third that is made, two of 3 bytes; of a quarter of the
    // pixels, four frames of 4 colours and 4/3 grey levels, six times 4 colours, ten flows, 8 scalars.
    width * height * (3 * 4 + 2 * 3 + (4 * 22 + 6 * 16 + 10 * 8 + 32 + 16) / 4)
  }

  /// Returns the picture to show for the next frame.
  ///
  /// - Parameters:
  ///   - painted: The frame as it was painted by itself.
  ///   - photo: The frame of the film.
  ///   - renewal: The share of the new painting that shows everywhere, 0 to 1, where styles change.
  /// - Precondition: All frames are of one size.
  public mutating func steady(_ painted: Image, of photo: Image, renewal: Float = 0) -> Image {
    precondition(
      (painted.width, painted.height) == (photo.width, photo.height),
      "a picture of \(painted.width)×\(painted.height) of a frame of \(photo.width)×\(photo.height)"
    )
    let frame = MotionPyramid(photo, threads: threads)
    guard let previous, let key, renewal < 1 else {
      let picture = CarriedPicture(frame: frame, origin: frame.colors, levels: painted.levels)
      (self.previous, self.key, later) = (frame, CarriedSource(picture: picture), nil)
      (age, coverage, pictures) = (0, nil, (painted, painted))
      return painted
    }
    precondition(
      (previous.width, previous.height) == (frame.width, frame.height),
      "a frame of \(photo.width)×\(photo.height) in a film of another size")
    let motion = CarriedPlaces(
      of: CarriedPicture(frame: previous, origin: previous.colors, levels: []), in: frame,
      threads: threads)
    let first = places(of: key, motion, in: frame)
    let second = later.map { places(of: $0, motion, in: frame) } ?? first
    let other = later ?? key
    var result = painted
    let picture = CarriedPicture(
      frame: frame,
      origin: origin(frame, first, second, key.picture, other.picture, renewal),
      levels: blend(key.picture, first, other.picture, second, renewal, into: &result))
    if let pictures {
      changes.painted.add(from: pictures.painted, to: painted, along: motion, threads: threads)
      changes.shown.add(from: pictures.shown, to: result, along: motion, threads: threads)
    }
    (pictures, self.previous) = ((painted, result), frame)
    choose(picture, first, second, renewal)
    return result
  }

  /// Chooses the pictures that the next frames show.
  private mutating func choose(
    _ picture: CarriedPicture, _ first: CarriedPlaces, _ second: CarriedPlaces, _ renewal: Float
  ) {
    age += 1
    key?.places = (first.flow, first.back)
    later?.places = (second.flow, second.back)
    let covered = first.share(with: second)
    if renewal > 0 || age >= Self.longestAge
      || first.share < Self.leastShare && second.share > first.share
    {
      (key, later, age, coverage) = (CarriedSource(picture: picture), nil, 0, nil)
    } else if covered < (coverage ?? Self.unrelatedShare) - Self.uncoveredShare {
      (later, coverage) = (CarriedSource(picture: picture), nil)
    } else if coverage == nil {
      coverage = covered
    }
  }
}

extension Steadier {
  /// The place of a picture in a frame, near where it was in the previous one and the motion leads.
  private func places(
    of source: CarriedSource, _ motion: CarriedPlaces, in frame: MotionPyramid
  ) -> CarriedPlaces {
    guard let places = source.places else {
      return CarriedPlaces(
        of: source.picture, in: frame, flows: (motion.flow, motion.back), threads: threads)
    }
    // A flash hides the motion; what was seen before it comes back near its place.
    let guess =
      motion.share < Self.unrelatedShare
      ? places
      : (
        motion.flow.followed(by: places.flow, threads: threads),
        places.back.followed(by: motion.back, threads: threads)
      )
    return CarriedPlaces(of: source.picture, in: frame, guess: guess, threads: threads)
  }

  /// Lays the key over the later picture, and that over the new painting.
  ///
  /// - Parameter result: The new painting, which gets the colours of the result.
  /// - Returns: The result as RGBX.
  private func blend(
    _ key: CarriedPicture, _ first: CarriedPlaces, _ later: CarriedPicture,
    _ second: CarriedPlaces, _ renewal: Float, into result: inout Image
  ) -> [UInt8] {
    let (width, height) = (result.width, result.height)
    let halfPixels = first.weights.count
    let fresh = result.pixels
    var levels: [UInt8] = []
    result.pixels = .filled(fresh.count) { rgb in
      levels = .filled(4 * width * height) { rgbx in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * halfPixels) { records in
          first.withSource(of: key) { first in
            second.withSource(of: later) { second in
              motion_blend(
                first, second, fresh, Int64(width), Int64(height), renewal, records.baseAddress,
                rgb, rgbx, threads)
            }
          }
        }
      }
    }
    return levels
  }

  /// The colours that the result was painted of.
  private func origin(
    _ frame: MotionPyramid, _ first: CarriedPlaces, _ second: CarriedPlaces, _ key: CarriedPicture,
    _ later: CarriedPicture, _ renewal: Float
  ) -> [Float] {
    .filled(frame.colors.count) { colors in
      first.withSource(of: key) { first in
        second.withSource(of: later) { second in
          motion_blend_colors(
            first, second, frame.colors, Int64(frame.width), Int64(frame.height), renewal, colors,
            threads)
        }
      }
    }
  }
}

extension CarriedPlaces {
  /// Calls `body` with these places of `picture` as the C loops take them.
  fileprivate func withSource(of picture: CarriedPicture, _ body: (motion_source) -> Void) {
    picture.levels.withUnsafeBufferPointer { levels in
      flow.planes.withUnsafeBufferPointer { flow in
        weights.withUnsafeBufferPointer { weights in
          colors.withUnsafeBufferPointer { colors in
            body(
              motion_source(
                levels: levels.baseAddress, flow: flow.baseAddress,
                weights: weights.baseAddress, colors: colors.baseAddress))
          }
        }
      }
    }
  }
}

extension Image {
  /// Red, green, blue and a byte that is not used of each pixel.
  fileprivate var levels: [UInt8] {
    .filled(4 * width * height) { levels in
      pixels.withUnsafeBufferPointer { pixels in
        for pixel in 0..<width * height {
          for channel in 0..<3 { levels[4 * pixel + channel] = pixels[3 * pixel + channel] }
          levels[4 * pixel + 3] = 0
        }
      }
    }
  }
}
