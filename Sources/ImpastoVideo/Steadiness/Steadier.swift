import CMotion
public import ImpastoImaging

/// Keeps painted frames steady: what moves in the film takes its strokes along.
///
/// A network paints each frame by itself and sets its strokes anew. The steadier moves two earlier
/// pictures along with the film, one key picture of the shot and the previous one. It shows them where
/// the motion is certain and the film has the colours that they were painted of, and the new
/// painting everywhere else: at uncovered places, at edges that move, after a cut.
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
  private let threads: Int32
  private var previous: CarriedPicture?
  private var key: CarriedPicture?
  /// The key's place in the previous frame; nil where the key is the previous picture.
  private var keyPlaces: (flow: OpticalFlow, back: OpticalFlow)?
  /// The frames since the key.
  private var age = 0
  /// The previous frame as it was painted, and as it was shown.
  private var pictures: (painted: Image, shown: Image)?
  private var changes = (painted: ChangeSums(), shown: ChangeSums())

  /// The share of a frame that the key has to cover, and the frames after which a new one is taken.
  private static let (leastShare, longestAge): (Float, Int) = (0.7, 60)
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
    // Two pictures of 4 bytes a pixel and a third that is made, two of 3 bytes; of a quarter of the pixels, three
    // frames of 4 colours and 4/3 grey levels, four times 4 colours, six flows, and 8 scalars.
    width * height * (3 * 4 + 2 * 3 + (3 * 22 + 4 * 16 + 6 * 8 + 32 + 16) / 4)
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
      (self.previous, self.key, keyPlaces, age) = (picture, picture, nil, 0)
      pictures = (painted, painted)
      return painted
    }
    precondition(
      (previous.frame.width, previous.frame.height) == (frame.width, frame.height),
      "a frame of \(photo.width)×\(photo.height) in a film of another size")
    let last = CarriedPlaces(of: previous, in: frame, threads: threads)
    let first: CarriedPlaces
    if let keyPlaces {
      first = CarriedPlaces(of: key, in: frame, guess: guess(keyPlaces, last), threads: threads)
    } else {
      first = last
    }
    var result = painted
    let picture = CarriedPicture(
      frame: frame, origin: origin(frame, first, last, key, previous, renewal),
      levels: blend(key, first, previous, last, renewal, into: &result))
    if let pictures {
      changes.painted.add(from: pictures.painted, to: painted, along: last, threads: threads)
      changes.shown.add(from: pictures.shown, to: result, along: last, threads: threads)
    }
    pictures = (painted, result)
    self.previous = picture
    age += 1
    if renewal > 0 || age >= Self.longestAge
      || first.share < Self.leastShare && last.share > first.share
    {
      (self.key, keyPlaces, age) = (picture, nil, 0)
    } else {
      keyPlaces = (first.flow, first.back)
    }
    return result
  }
}

extension Steadier {
  /// The key's likely place in a frame, by its place in the previous one and the motion since.
  private func guess(
    _ places: (flow: OpticalFlow, back: OpticalFlow), _ last: CarriedPlaces
  ) -> (flow: OpticalFlow, back: OpticalFlow) {
    // A flash hides the motion; what was seen before it comes back near its place.
    guard last.share >= Self.unrelatedShare else { return places }
    return (
      last.flow.followed(by: places.flow, threads: threads),
      places.back.followed(by: last.back, threads: threads)
    )
  }

  /// Lays the key over the previous picture, and that over the new painting.
  ///
  /// - Parameter result: The new painting, which gets the colours of the result.
  /// - Returns: The result as RGBX.
  private func blend(
    _ key: CarriedPicture, _ first: CarriedPlaces, _ previous: CarriedPicture,
    _ last: CarriedPlaces, _ renewal: Float, into result: inout Image
  ) -> [UInt8] {
    let (width, height) = (result.width, result.height)
    let halfPixels = first.weights.count
    let fresh = result.pixels
    var levels: [UInt8] = []
    result.pixels = .filled(fresh.count) { rgb in
      levels = .filled(4 * width * height) { rgbx in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * halfPixels) { records in
          first.withSource(of: key) { first in
            last.withSource(of: previous) { second in
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
    _ frame: MotionPyramid, _ first: CarriedPlaces, _ last: CarriedPlaces, _ key: CarriedPicture,
    _ previous: CarriedPicture, _ renewal: Float
  ) -> [Float] {
    .filled(frame.colors.count) { colors in
      first.withSource(of: key) { first in
        last.withSource(of: previous) { second in
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
