public import ImpastoImaging

/// One picture of a film, and the time at which it is shown.
public struct VideoFrame: Sendable, Equatable {
  /// The picture.
  public var image: Image
  /// The time from the film's beginning, in ticks of its time base.
  public let time: Int

  /// Creates a frame.
  public init(image: Image, time: Int) { (self.image, self.time) = (image, time) }
}

/// The properties that all frames of a film share.
public struct FrameFormat: Sendable, Equatable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The length of a tick, in seconds.
  public let timeBase: Rational
  /// The width of a pixel divided by its height.
  public let pixelAspect: Rational

  /// Creates a format.
  public init(width: Int, height: Int, timeBase: Rational, pixelAspect: Rational = Rational(1, 1)) {
    (self.width, self.height) = (width, height)
    (self.timeBase, self.pixelAspect) = (timeBase, pixelAspect)
  }
}

/// A source of frames in the order of their times.
public protocol VideoSource: AnyObject {
  /// The properties of all frames.
  var format: FrameFormat { get }

  /// Reads the next frame.
  ///
  /// - Returns: nil at the end.
  /// - Throws: ``VideoError/endedEarly(_:seconds:reason:)`` where the film should go on, and others.
  func next() throws(VideoError) -> VideoFrame?

  /// Ends the source from any thread, while another waits for its next frame.
  var interruption: @Sendable () -> Void { get }
}

/// A receiver of frames; nothing remains of them unless it is finished.
public protocol VideoSink: AnyObject {
  /// Takes the next frame, whose time is later than that of the one before.
  func append(_ frame: VideoFrame) throws(VideoError)

  /// Completes the result.
  ///
  /// - Parameter end: The seconds after which sound and all else end too, where frames are missing at
  ///   the end; nil where none are.
  func finish(endingAfter end: Double?) throws(VideoError)
}
