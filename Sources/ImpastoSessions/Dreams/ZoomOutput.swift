import ImpastoImaging
public import ImpastoVideo

/// The destination of the frames of a journey: an animation, a film or a folder.
enum ZoomOutput {
  /// Begins the output at `path`, as its extension says; what has none is a folder.
  ///
  /// - Throws: The error of the output.
  static func sink(
    _ path: String, like frame: Image, _ zoom: DreamPlan.Zoom
  ) throws -> any FrameSink {
    if try DreamPlan.isFilm(path) { return try FilmSink(path, like: frame, speed: zoom.speed) }
    return try FrameOutput(path).open(
      path, like: frame, count: zoom.frames, speed: zoom.speed, isLoop: true, quality: 95)
  }
}

extension DreamPlan {
  /// Returns whether the frames of a journey to `path` become a film, and not an animation or a
  /// folder.
  ///
  /// - Throws: `VideoError.unknownContainer` where its extension names neither.
  public static func isFilm(_ path: String) throws(VideoError) -> Bool {
    guard case .film = try VideoSession.Output(path: path) else { return false }
    return try VideoContainer(ofOutput: path) != .gif
  }
}

/// Frames as a film.
private final class FilmSink: FrameSink {
  private let writer: VideoWriter
  private var count = 0

  init(_ path: String, like frame: Image, speed: Int) throws {
    try Folder.checkWritable(path)
    writer = try VideoWriter(
      to: path,
      FrameFormat(width: frame.width, height: frame.height, timeBase: Rational(1, speed)))
  }

  func append(_ frame: Image) throws {
    try writer.append(VideoFrame(image: frame, time: count))
    count += 1
  }

  func finish() throws { try writer.finish(endingAfter: nil) }
}
