public import ImpastoImaging

/// An optimisation of the pixels of a picture, step by step and from small sizes to large.
public protocol PixelOptimization: AnyObject {
  /// The parts of what is lowered, as they are reported.
  associatedtype Losses: Encodable & Sendable

  /// The width and height at each scale, the picture's own last.
  var sizes: [(width: Int, height: Int)] { get }
  /// The scale that is worked at, from 0.
  var scale: Int { get }
  /// The steps to do at each scale; it may end earlier.
  var iterations: Int { get }
  /// The steps done so far at all scales.
  var completedIterations: Int { get }
  /// The number of evaluations of the objective and its gradient so far at all scales.
  var evaluations: Int { get }
  /// Indicates whether there is nothing left to do.
  var isFinished: Bool { get }
  /// The losses at the best picture so far at the present scale.
  var losses: Losses { get }
  /// The losses in the end, at each scale that is done.
  var endLosses: [Losses] { get }
  /// The best picture so far, enlarged to its own size where that is not reached.
  var picture: Image { get }

  /// Does one step, unless all are done.
  ///
  /// - Throws: ``TrainingError/pixelsDiverged(iteration:)`` where a value is not finite; ``picture``
  ///   is then what it was before.
  func step() throws(TrainingError)
}
