import Foundation

/// Writes frames as a stream of raw pictures in the container NUT, for another program to read.
public final class FrameStream: VideoSink {
  private let stream: NUTWriter

  /// Begins the stream on an open descriptor.
  ///
  /// - Throws: ``VideoError/cannotStream(_:reason:)``.
  public init(_ descriptor: Int32, _ format: FrameFormat) throws(VideoError) {
    do throws(NUTWriter.Failure) {
      stream = try NUTWriter(descriptor, format)
    } catch {
      throw Self.failure(error)
    }
  }

  public func append(_ frame: VideoFrame) throws(VideoError) {
    do throws(NUTWriter.Failure) {
      try stream.append(frame)
    } catch {
      throw Self.failure(error)
    }
  }

  public func finish(endingAfter end: Double?) {}

  private static func failure(_ failure: NUTWriter.Failure) -> VideoError {
    .cannotStream("standard output", reason: String(cString: strerror(failure.number)))
  }
}
