import Dispatch
import ImpastoCluster
import ImpastoImaging
import ImpastoVideo
import Synchronization

/// The frames of a film on their way through those who paint them: read ahead in their order, painted by
/// whoever is free, and asked for in their order again.
///
/// It lies on rank 0, whose pipeline reads and asks.
final class SharedFrames: WorkLedger {
  private struct State {
    /// The frames that nobody has begun to paint, in order.
    var waiting: [FramePiece] = []
    /// The labels of the frames that were not asked for yet, by their times.
    var labels: [Int: [UInt8]] = [:]
    /// The pictures that were not asked for yet, by the times of their frames.
    var pictures: [Int: Image] = [:]
    var isOpen = true
    /// Indicates whether nobody has waited since the last change.
    var hasChanged = false
    var isStopped = false
    var failure: PaintedFrame.Failure?
  }

  private let state = Mutex(State())
  private let regions: Mutex<FilmRegionReader>
  /// The seconds of a tick.
  private let tick: Double
  /// Signalled once when there is something new, until somebody has waited for that.
  private let changes = DispatchSemaphore(value: 0)

  /// The milliseconds after which whoever waits looks around.
  private static let patience = 100

  /// Begins with no frames.
  ///
  /// - Parameters:
  ///   - regions: The places of the regions in the frames to come.
  ///   - format: That of all frames.
  init(_ regions: sending FilmRegionReader, _ format: FrameFormat) {
    self.regions = Mutex(regions)
    tick = format.timeBase.value
  }

  /// Takes a frame that was read, which is later than those before.
  ///
  /// - Throws: `VideoError` of a mask that cannot be read.
  func append(_ frame: VideoFrame) throws(VideoError) {
    let seconds = Double(frame.time) * tick
    let places = try regions.withLock { regions throws(VideoError) in
      try regions.frame(at: seconds)
    }
    let piece = FramePiece(frame, seconds: seconds, places: places.places)
    change {
      guard $0.isOpen else { return }
      $0.waiting.append(piece)
      $0.labels[piece.time] = places.labels
    }
  }

  /// Lets nobody begin another frame.
  func close() { change { ($0.isOpen, $0.waiting) = (false, []) } }

  var isOpen: Bool { state.withLock(\.isOpen) }

  func next() -> FramePiece? {
    state.withLock { state in
      state.waiting.isEmpty || state.isStopped ? nil : state.waiting.removeFirst()
    }
  }

  func record(_ outcome: PaintedFrame) {
    change { state in
      guard let picture = outcome.picture else {
        state.isStopped = true
        if state.failure == nil { state.failure = outcome.failure }
        return
      }
      state.pictures[outcome.time] = picture.image
    }
  }

  /// The failure of a rank, after which no frame is begun.
  var failure: PaintedFrame.Failure? { state.withLock(\.failure) }

  /// Indicates whether somebody was stopped, or has failed.
  var isStopped: Bool { state.withLock(\.isStopped) }

  /// Takes the picture of the frame of a time, if it is there, with the labels of its places.
  ///
  /// Frames before it that nobody has begun are not wanted any more.
  func picture(at time: Int) -> (picture: Image, labels: [UInt8]?)? {
    state.withLock { state in
      if let picture = state.pictures.removeValue(forKey: time) {
        return (picture, state.labels.removeValue(forKey: time))
      }
      state.waiting.removeAll { $0.time < time }
      state.labels = state.labels.filter { $0.key >= time }
      return nil
    }
  }

  /// Waits a moment, until something has changed.
  func awaitChange() {
    guard changes.wait(timeout: .now() + .milliseconds(Self.patience)) == .success else { return }
    state.withLock { $0.hasChanged = false }
  }

  private func change(_ body: (inout State) -> Void) {
    let isFirst = state.withLock { state in
      body(&state)
      defer { state.hasChanged = true }
      return !state.hasChanged
    }
    if isFirst { changes.signal() }
  }
}

/// A source whose frames are painted while they wait.
final class SharedSource: VideoSource {
  private let source: any VideoSource
  private let frames: SharedFrames
  /// The number of frames that are painted already.
  private var earlier: Int

  /// Shares all frames of `source` but the first ones, which an earlier run has painted.
  init(_ source: any VideoSource, _ frames: SharedFrames, after earlier: Int) {
    (self.source, self.frames, self.earlier) = (source, frames, earlier)
  }

  var format: FrameFormat { source.format }
  var interruption: @Sendable () -> Void { source.interruption }

  func next() throws(VideoError) -> VideoFrame? {
    guard let frame = try source.next() else { return nil }
    if earlier > 0 { earlier -= 1 } else { try frames.append(frame) }
    return frame
  }
}
