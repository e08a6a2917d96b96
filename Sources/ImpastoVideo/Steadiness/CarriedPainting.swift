import CMotion
import ImpastoImaging

/// A frame as it was painted by itself, whose strokes later frames show.
struct CarriedPainting: Sendable {
  /// The frame of the film that it was painted of.
  let frame: MotionPyramid
  /// As of `motion_spline`, which lose less in being moved than the pixels do.
  let coefficients: [Int16]
  /// Its place in the previous frame; nil where that is its own.
  var flows: Flows?
  /// The age: shown whole up to a half, and less and less from there to 1.
  var age: Float = 0
  /// The number of frames, up to the previous one, that have nothing in common with it.
  var unrelatedFrames = 0

  /// The levels that are added to red, green and blue, and a number that is not used.
  var tint = SIMD4<Float>.zero

  /// The moves from a later frame to this one, and back.
  typealias Flows = (flow: OpticalFlow, back: OpticalFlow)

  /// The share with which it is shown.
  var strength: Float { min(1, 2 * (1 - age)) }

  /// The share of a difference in colours that is made up for in a frame.
  private static let following: Float = 0.3

  init(frame: MotionPyramid, coefficients: [Int16]) {
    (self.frame, self.coefficients) = (frame, coefficients)
  }

  /// Keeps a painting of `frame`.
  init(_ painted: Image, of frame: MotionPyramid, threads: Int32) {
    self.frame = frame
    coefficients = .filled(4 * painted.width * painted.height) {
      motion_spline(painted.pixels, Int64(painted.width), Int64(painted.height), $0, threads)
    }
  }

  /// Lets the colours follow those of the frame at `places` as that is painted by itself: a network
  /// paints the same thing brighter or darker with what else there is.
  mutating func follow(_ painted: Image, at places: CarriedPlaces, threads: Int32) {
    var sums = [Double](repeating: 0, count: 4 * ((painted.height + 1) / 2))
    withLayer(at: places) {
      motion_tint(
        $0, painted.pixels, Int64(painted.width), Int64(painted.height), &sums, threads)
    }
    var total = SIMD4<Double>.zero
    for index in stride(from: 0, to: sums.count, by: 4) {
      total += SIMD4(sums[index], sums[index + 1], sums[index + 2], sums[index + 3])
    }
    guard total.w > 0 else { return }
    tint += Self.following * (SIMD4<Float>(total / total.w) - tint)
  }

  /// Calls `body` with this painting at `places`.
  func withLayer(at places: CarriedPlaces, _ body: (motion_layer) -> Void) {
    coefficients.withUnsafeBufferPointer { coefficients in
      places.flows.flow.planes.withUnsafeBufferPointer { flow in
        places.weights.withUnsafeBufferPointer { weights in
          guard let coefficients = coefficients.baseAddress, let flow = flow.baseAddress,
            let weights = weights.baseAddress
          else { preconditionFailure("a painting without pixels") }
          body(motion_layer(coefficients: coefficients, flow: flow, weights: weights))
        }
      }
    }
  }

  /// Lays this painting at `places` over a picture.
  ///
  /// - Parameters:
  ///   - seen: The share of each half pixel that what is laid over it later leaves to be seen.
  ///   - records: Room for four scalars for each half pixel.
  func lay(
    over picture: inout Image, at places: CarriedPlaces, seen: [Float], records: inout [Float],
    threads: Int32
  ) {
    withUnsafeBytes(of: tint) { tint in
      guard let tint = tint.assumingMemoryBound(to: Float.self).baseAddress else { return }
      withLayer(at: places) {
        motion_lay(
          $0, strength, tint, seen, Int64(picture.width), Int64(picture.height), &records,
          &picture.pixels, threads)
      }
    }
  }
}

/// The place and the share of a painting's pixels in a later frame.
struct CarriedPlaces: Sendable {
  /// The moves from the later frame to the painting's, and back.
  let flows: CarriedPainting.Flows
  /// The share of each pixel that shows the painting, 0 to 1.
  let weights: [Float]
  /// The mean of the weights.
  let share: Float

  /// The largest difference of a colour, of 255, between a frame and what is shown in it.
  private static let tolerance: Float = 25

  /// Finds `earlier` in a later frame.
  ///
  /// - Parameter guess: Flows that may be near; nil to know nothing.
  init(
    of earlier: MotionPyramid, in frame: MotionPyramid, guess: CarriedPainting.Flows? = nil,
    threads: Int32
  ) {
    self.init(
      of: earlier, in: frame,
      flows: (
        OpticalFlow(from: frame, to: earlier, guess: guess?.flow, threads: threads),
        OpticalFlow(from: earlier, to: frame, guess: guess?.back, threads: threads)
      ), threads: threads)
  }

  /// Compares `earlier` with a later frame, to and from which the flows are known.
  init(
    of earlier: MotionPyramid, in frame: MotionPyramid, flows: CarriedPainting.Flows,
    threads: Int32
  ) {
    self.flows = flows
    let count = frame.width * frame.height
    var scratch = [Float](repeating: 0, count: count)
    weights = .filled(count) { weights in
      motion_agreement(
        flows.flow.planes, flows.back.planes, frame.colors, earlier.colors, Int64(frame.width),
        Int64(frame.height), Self.tolerance, weights, &scratch, threads)
    }
    share = weights.reduce(0, +) / Float(count)
  }
}
