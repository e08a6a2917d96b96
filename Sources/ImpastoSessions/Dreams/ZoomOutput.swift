import Foundation
import ImpastoImaging
import ImpastoVideo

/// The destination of the frames of a journey: an animation, a film or a folder.
enum ZoomOutput {
  /// Begins the output at `path`, as its extension says; what has none is a folder.
  ///
  /// - Throws: ``SessionError``, or the error of the output.
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
  /// - Throws: ``SessionError/unknownFilmFormat(_:)`` where its extension names neither.
  public static func isFilm(_ path: String) throws(SessionError) -> Bool {
    let extensionName = (path as NSString).pathExtension
    if path.hasSuffix("/") || Folder.exists(path) || extensionName.isEmpty { return false }
    guard let container = try? VideoContainer(ofOutput: path) else {
      throw .unknownFilmFormat(path)
    }
    return container != .gif
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
