import Foundation
import Synchronization

/// Reads, paints and writes the frames of a film at the same time: a thread reads ahead, the caller's
/// paints, a third writes.
///
/// ```swift
/// let film = try VideoFile("holiday.mp4")
/// let reader = try VideoReader(film)
/// let writer = try VideoWriter(to: "wave.mp4", reader.format, original: .init(film, .init()))
/// let outcome = try VideoPipeline.run(from: reader, to: writer) { frame in
///   let picture = try stylizer.stylize(frame.image, with: StyleMixture("great-wave"))
///   return VideoFrame(image: picture, time: frame.time)
/// }
/// ```
public enum VideoPipeline {
  /// The result of a run.
  public struct Outcome: Sendable {
    /// The number of frames that the result has.
    public var frames = 0
    /// The seconds from the beginning to the end of the last frame.
    public var seconds = 0.0
    /// The reason why the film ended before its time; nil where it did not.
    public var fault: VideoError?
    /// Indicates whether the caller stopped it.
    public var isStopped = false
    /// The time that was spent decoding, in its own thread.
    public var decoding = Duration.zero
    /// The time that was spent painting.
    public var painting = Duration.zero
    /// The time that was spent encoding, in its own thread.
    public var encoding = Duration.zero
  }

  /// The most frames that usually wait between two threads.
  package static let queueLength = 3

  /// The most frames that wait or are read, painted and written at once, if `ahead` may wait to be painted.
  package static func heldFrames(ahead: Int) -> Int { 2 * ahead + queueLength }

  /// Runs until the source ends, painting fails or `goesOn` says no.
  ///
  /// A film that ends before its time, or is stopped, is finished with the frames that it has.
  ///
  /// - Parameters:
  ///   - earlier: The number of frames at the beginning that were painted and written earlier.
  ///   - ahead: The most frames that wait to be painted.
  ///   - keepsNewest: Whether frames that come faster than they are painted are left out.
  ///   - goesOn: Asked after each frame whether to go on.
  ///   - paint: Gets each frame in order, and returns what is written in its place; nil to stop before
  ///     it.
  /// - Throws: ``VideoError``, or what `paint` throws; then nothing is left of the result.
  public static func run(
    from source: sending any VideoSource, to sink: sending any VideoSink, after earlier: Int = 0,
    ahead: Int = 3, keepsNewest: Bool = false,
    while goesOn: () -> Bool = { true }, paint: (VideoFrame) throws -> VideoFrame?
  ) throws -> Outcome {
    let clock = ContinuousClock()
    let interruption = source.interruption
    let timeBase = source.format.timeBase
    let reading = Reading(source, keepsNewest: keepsNewest, length: ahead)
    let writing = Writing(sink, length: queueLength)
    var outcome = Outcome()
    var (first, last) = (0, 0)
    do {
      loop: while let result = reading.frames.next() {
        let frame: VideoFrame
        switch result {
        case .success(let read): frame = read
        case .failure(let error):
          // Without a frame there is no film to finish.
          guard outcome.frames > 0 else { throw error }
          outcome.fault = error
          break loop
        }
        if outcome.frames == 0 { first = frame.time }
        if outcome.frames < earlier {
          last = frame.time
          outcome.frames += 1
          continue
        }
        let begun = clock.now
        guard let painted = try paint(frame) else {
          outcome.isStopped = true
          break
        }
        outcome.painting += clock.now - begun
        guard writing.frames.append(painted) else { break }
        last = frame.time
        outcome.frames += 1
        if !goesOn() {
          outcome.isStopped = true
          break
        }
      }
    } catch {
      interruption()
      reading.frames.abandon()
      writing.abandon()
      throw error
    }
    interruption()
    reading.frames.abandon()
    // The last frame is taken to be shown as long as the others are on average, and at least for a tick:
    // a film that ends at once would not have the only one.
    let step = max(1, Double(last - first) / Double(max(1, outcome.frames - 1)))
    outcome.seconds = (Double(last) + step) * timeBase.value
    let isCut = outcome.isStopped || outcome.fault != nil
    outcome.encoding = try writing.finish(
      endingAfter: isCut ? outcome.seconds : nil, discards: outcome.frames == 0)
    outcome.decoding = reading.time.withLock { $0 }
    return outcome
  }
}

/// The thread that reads.
private final class Reading: Sendable {
  let frames: FrameQueue<Result<VideoFrame, VideoError>>
  let time = Mutex(Duration.zero)

  init(_ source: sending any VideoSource, keepsNewest: Bool, length: Int) {
    frames = FrameQueue(length: length, keepsNewest: keepsNewest)
    let source = Mutex(source)
    let (frames, reading) = (frames, self)
    Thread.detachNewThread {
      defer { frames.end() }
      let clock = ContinuousClock()
      source.withLock { source in
        while true {
          let begun = clock.now
          let result: Result<VideoFrame, VideoError>
          do throws(VideoError) {
            guard let frame = try source.next() else { return }
            result = .success(frame)
          } catch {
            result = .failure(error)
          }
          let spent = clock.now - begun
          reading.time.withLock { $0 += spent }
          guard frames.append(result), case .success = result else { return }
        }
      }
    }
  }
}

/// The thread that writes.
private final class Writing: Sendable {
  let frames: FrameQueue<VideoFrame>
  private let end = Mutex(Ending())
  private let isDone = DispatchSemaphore(value: 0)

  private struct Ending {
    var seconds: Double?
    var isAbandoned = false
    var result = Result<Duration, VideoError>.success(.zero)
  }

  init(_ sink: sending any VideoSink, length: Int) {
    frames = FrameQueue(length: length)
    let sink = Mutex<(any VideoSink)?>(sink)
    let writing = self
    Thread.detachNewThread {
      let result = sink.withLock { sink in
        // Gone when the end is told, with what it has left in the making.
        defer { sink = nil }
        return writing.write(to: sink)
      }
      writing.end.withLock { $0.result = result }
      writing.isDone.signal()
    }
  }

  private func write(to sink: (any VideoSink)?) -> Result<Duration, VideoError> {
    let clock = ContinuousClock()
    var time = Duration.zero
    do throws(VideoError) {
      while let frame = frames.next() {
        let begun = clock.now
        try sink?.append(frame)
        time += clock.now - begun
      }
      let end = end.withLock { $0 }
      if !end.isAbandoned {
        let begun = clock.now
        try sink?.finish(endingAfter: end.seconds)
        time += clock.now - begun
      }
      return .success(time)
    } catch {
      frames.abandon()
      return .failure(error)
    }
  }

  /// Waits until all is written.
  ///
  /// - Returns: The time that writing took.
  func finish(endingAfter seconds: Double?, discards: Bool) throws(VideoError) -> Duration {
    end.withLock {
      $0.seconds = seconds
      $0.isAbandoned = discards
    }
    frames.end()
    isDone.wait()
    return try end.withLock { $0.result }.get()
  }

  /// Ends without a result.
  func abandon() {
    end.withLock { $0.isAbandoned = true }
    frames.abandon()
    frames.end()
    isDone.wait()
  }
}
