import CMotion

/// A painted picture that later frames are to show on, and what it was painted of.
struct CarriedPicture: Sendable {
  /// The frame of the film at its time.
  let frame: MotionPyramid
  /// The colours that each part was painted of, maybe in an earlier frame, at half the size.
  let origin: [Float]
  /// Red, green, blue and a byte that is not used of each pixel.
  let levels: [UInt8]
}

/// A painted picture, and where it is in the film.
struct CarriedSource: Sendable {
  let picture: CarriedPicture
  /// Its place in the previous frame; nil where that is its own.
  var places: (flow: OpticalFlow, back: OpticalFlow)?
}

/// The place and the share of a picture's pixels in a later frame.
struct CarriedPlaces: Sendable {
  /// The moves from the later frame to the picture, and back.
  let flow, back: OpticalFlow
  /// The picture's `origin`, moved.
  let colors: [Float]
  /// The share of each pixel that shows the picture, 0 to 1.
  let weights: [Float]
  /// The mean of the weights.
  let share: Float

  /// The largest difference of a colour, of 255, between a frame and what is shown in it.
  private static let tolerance: Float = 25

  /// Finds a picture in a later frame.
  init(
    of picture: CarriedPicture, in frame: MotionPyramid,
    guess: (flow: OpticalFlow, back: OpticalFlow)? = nil, threads: Int32
  ) {
    self.init(
      of: picture, in: frame,
      flows: (
        OpticalFlow(from: frame, to: picture.frame, guess: guess?.flow, threads: threads),
        OpticalFlow(from: picture.frame, to: frame, guess: guess?.back, threads: threads)
      ), threads: threads)
  }

  /// Compares a picture with a later frame, to and from which the flows are known.
  init(
    of picture: CarriedPicture, in frame: MotionPyramid,
    flows: (flow: OpticalFlow, back: OpticalFlow), threads: Int32
  ) {
    (flow, back) = flows
    let count = frame.width * frame.height
    var scratch = [Float](repeating: 0, count: count)
    var weights: [Float] = []
    colors = .filled(4 * count) { colors in
      weights = .filled(count) { weights in
        motion_agreement(
          flows.flow.planes, flows.back.planes, frame.colors, picture.origin, Int64(frame.width),
          Int64(frame.height), Self.tolerance, colors, weights, &scratch, threads)
      }
    }
    self.weights = weights
    share = weights.reduce(0, +) / Float(count)
  }

  /// The share of a frame that shows this picture or another.
  func share(with other: CarriedPlaces) -> Float {
    zip(weights, other.weights).reduce(0) { $0 + 1 - (1 - $1.0) * (1 - $1.1) }
      / Float(weights.count)
  }
}
