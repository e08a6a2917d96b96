import Foundation
import ImpastoCompute
import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoVideo

/// The painting of one frame of a film after the other.
struct FramePainter {
  private let session: VideoSession
  private let format: FrameFormat
  private let stylizer: Stylizer
  private var regions: FilmRegionReader
  private var steadier: Steadier?
  private var lastMixture: StyleMixture?
  private let parts: VideoParts?
  private let clock = ContinuousClock()

  /// The number of frames that are painted.
  private(set) var count = 0
  /// The time that was spent steadying.
  private(set) var steadying = Duration.zero

  /// The share of a whole style by which styles may lag behind their time, where they change and
  /// the strokes of earlier frames are shown.
  private static let lag: Float = 0.1

  /// Begins, or goes on after the parts that an earlier run has finished.
  ///
  /// - Throws: `VideoError.damagedParts`; `VideoError` of a mask that cannot be read.
  init(
    _ session: VideoSession, _ format: FrameFormat, _ stylizer: Stylizer, _ parts: VideoParts?
  ) throws(VideoError) {
    (self.session, self.format) = (session, format)
    (self.stylizer, self.parts) = (stylizer, parts)
    regions = try FilmRegionReader(session.regions, session.selection, format)
    let threads = stylizer.backend.threads.count
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

  /// Keeps what a later run needs to go on, at the end of each part.
  ///
  /// - Throws: `VideoError.file`.
  func keepState() throws(VideoError) {
    guard let parts, count.isMultiple(of: parts.length) else { return }
    // The file says that the part is painted, even where nothing is carried over.
    try parts.keep(steadier?.state ?? Data([0]), after: count / parts.length - 1)
  }

  /// The measured steadiness so far.
  var steadiness: Steadiness? { steadier?.steadiness }

  /// Paints the next frame.
  ///
  /// - Throws: `StylizingError`, as `Stylizer.stylize` does; `VideoError` of a mask that cannot be read.
  mutating func paint(
    _ frame: VideoFrame, progress: @escaping Stylizer.Progress
  ) throws -> VideoFrame {
    let seconds = Double(frame.time) * format.timeBase.value
    let mixture = session.styles.mixture(at: seconds)
    let places = try regions.frame(at: seconds)
    let settings = PaintingSettings(
      mixture: mixture, regions: places.regions, strokeSize: session.strokeSize,
      keepsColors: session.keepsColors)
    var picture = settings.colored(
      try stylizer.stylize(
        frame.image, with: mixture, regions: settings.regions, strokeSize: settings.strokeSize,
        progress: progress), of: frame.image)
    let begun = clock.now
    let change = lastMixture.map { $0.difference(from: mixture) } ?? 0
    if let steadied = steadier?.steady(
      picture, of: frame.image, labels: places.labels, aging: change / Self.lag)
    {
      picture = steadied
      steadying += clock.now - begun
    }
    lastMixture = mixture
    count += 1
    return VideoFrame(image: picture, time: frame.time)
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
