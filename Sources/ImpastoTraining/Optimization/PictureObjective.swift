package import ImpastoCompute
package import ImpastoDifferentiation
package import ImpastoTensors

/// A function of a picture's pixels that an optimisation lowers.
///
/// `optimize`, `dream` and `doodle` differ in their objectives only: how far a picture is from a
/// photo in the style of paintings, what layers see in it, how far the regions of a map are from
/// those of a painting.
package protocol PictureObjective {
  /// The parts of the value, as they are reported.
  associatedtype Losses: Encodable & Sendable

  /// The backend that computes.
  var backend: any ComputeBackend { get }

  /// Measures a picture on its tape.
  ///
  /// - Parameter picture: f32 pixels in 0…1, `[1, height, width, 3]`.
  /// - Returns: The value to lower, f32 `[1]`, and its parts.
  func measure(_ picture: Variable) -> (value: Variable, losses: Losses)
}

/// The value of an objective at one picture.
package struct ObjectiveSample<Losses> {
  /// The value that is lowered.
  package let value: Double
  /// Its parts.
  package let losses: Losses
  /// Its derivative by each pixel, f32, of the picture's shape.
  package let gradient: Tensor
}

extension PictureObjective {
  /// Measures a picture and differentiates the value by its pixels.
  ///
  /// - Parameter pixels: f32 in 0…1, `[1, height, width, 3]`.
  package func sample(at pixels: Tensor) -> ObjectiveSample<Losses> {
    let tape = Tape(backend: backend, isRecording: true)
    let picture = tape.parameter(pixels)
    let (value, losses) = measure(picture)
    tape.differentiate(value)
    return ObjectiveSample(
      value: Double(value.value.scalars[0]), losses: losses,
      gradient: picture.gradient ?? Tensor(zeros: pixels.shape))
  }
}
