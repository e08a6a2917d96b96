import Foundation
import ImpastoImaging
import ImpastoNetworks
import ImpastoVideo

/// The painted frames of a film, one after the other: steadied and counted.
struct FrameSequence {
  private let session: VideoSession
  private let format: FrameFormat
  private var steadier: Steadier?
  private var lastMixture: StyleMixture?
  private let parts: VideoParts?
  private let clock = ContinuousClock()

  /// The number of frames so far.
  private(set) var count = 0
  /// The time that was spent steadying.
  private(set) var steadying = Duration.zero

  /// The share of a whole style by which styles may lag behind their time, where they change and
  /// the strokes of earlier frames are shown.
  private static let lag: Float = 0.1

  /// Begins, or goes on after the parts that an earlier run has finished.
  ///
  /// - Throws: `VideoError.damagedParts`.
  init(
    _ session: VideoSession, _ format: FrameFormat, threads: Int, _ parts: VideoParts?
  ) throws(VideoError) {
    (self.session, self.format, self.parts) = (session, format, parts)
    if let parts, let state = parts.earlierState {
      count = parts.earlierCount * parts.length
      if session.isSteady {
        steadier = Steadier(
          threads: threads, state: state, width: format.width, height: format.height)
        if steadier == nil { throw parts.damagedState }
      }
    } else if session.isSteady {
      steadier = Steadier(threads: threads)
    }
  }

  /// The measured steadiness so far.
  var steadiness: Steadiness? { steadier?.steadiness }

  /// Steadies the picture of the next frame, and keeps what a later run needs to go on, at the end of
  /// each part.
  ///
  /// - Parameters:
  ///   - photo: The frame of the film; nil where frames are not steadied.
  ///   - labels: A number for each pixel, by which places in different regions are told apart.
  /// - Throws: `VideoError.file`.
  mutating func append(
    _ painted: VideoFrame, of photo: Image?, labels: [UInt8]?
  ) throws(VideoError) -> VideoFrame {
    let mixture = session.styles.mixture(at: Double(painted.time) * format.timeBase.value)
    let change = lastMixture.map { $0.difference(from: mixture) } ?? 0
    lastMixture = mixture
    var shown = painted
    let begun = clock.now
    if let photo,
      let steadied = steadier?.steady(
        painted.image, of: photo, labels: labels, aging: change / Self.lag)
    {
      shown.image = steadied
      steadying += clock.now - begun
    }
    count += 1
    if let parts, count.isMultiple(of: parts.length) {
      // The file says that the part is painted, even where nothing is carried over.
      try parts.keep(steadier?.state ?? Data([0]), after: count / parts.length - 1)
    }
    return shown
  }
}

extension StyleMixture {
  /// The share of the weights that lies elsewhere in `other`, 0 to 1.
  fileprivate func difference(from other: StyleMixture) -> Float {
    var weights: [String: Float] = [:]
    for part in parts { weights[part.name] = part.weight }
    for part in other.parts { weights[part.name, default: 0] -= part.weight }
    return weights.values.map(abs).sorted().reduce(0, +) / 2
  }
}
