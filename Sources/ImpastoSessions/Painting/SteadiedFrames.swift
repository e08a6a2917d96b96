import ImpastoImaging
import ImpastoVideo
import Synchronization

/// Painted frames on their way to a sink, in whose thread each is steadied while the next is painted.
final class SteadiedFrames: Sendable {
  private let sequence: Mutex<FrameSequence>
  /// The frames of the film that are painted and not yet steadied, in order, with the labels of their
  /// places.
  private let waiting = Mutex<[(photo: Image?, labels: [UInt8]?)]>([])

  /// The bytes that frames and labels take while they wait.
  static func bytes(width: Int, height: Int) -> Int {
    4 * width * height * (VideoPipeline.queueLength + 2)
  }

  /// Goes on after the frames of `sequence`.
  init(_ sequence: sending FrameSequence) { self.sequence = Mutex(sequence) }

  /// The time that was spent steadying.
  var steadying: Duration { sequence.withLock(\.steadying) }
  /// The measured steadiness so far.
  var steadiness: Steadiness? { sequence.withLock(\.steadiness) }

  /// Takes note of a frame of the film, whose picture the sink gets next.
  ///
  /// - Parameters: As of ``FrameSequence/append(_:of:labels:)``.
  func expect(_ photo: Image?, labels: [UInt8]?) {
    waiting.withLock { $0.append((photo, labels)) }
  }

  /// The sink that steadies frames and passes them on.
  func sink(before next: any VideoSink) -> any VideoSink { Sink(next, self) }

  private func steadied(_ painted: VideoFrame) throws(VideoError) -> VideoFrame {
    let original = waiting.withLock { $0.removeFirst() }
    return try sequence.withLock { sequence throws(VideoError) in
      try sequence.append(painted, of: original.photo, labels: original.labels)
    }
  }

  private final class Sink: VideoSink {
    private let next: any VideoSink
    private let frames: SteadiedFrames

    init(_ next: any VideoSink, _ frames: SteadiedFrames) {
      (self.next, self.frames) = (next, frames)
    }

    func append(_ frame: VideoFrame) throws(VideoError) { try next.append(frames.steadied(frame)) }

    func finish(endingAfter end: Double?) throws(VideoError) { try next.finish(endingAfter: end) }
  }
}
