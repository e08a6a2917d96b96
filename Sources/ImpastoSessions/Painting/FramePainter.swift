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
  private var steadier: Steadier?
  private var mixture: StyleMixture?
  private let clock = ContinuousClock()

  /// The number of frames that are painted.
  private(set) var count = 0
  /// The time that was spent steadying.
  private(set) var steadying = Duration.zero

  /// The share of a whole style by which styles may lag behind their time, where they change and
  /// the strokes of earlier frames are shown.
  private static let lag: Float = 0.1

  init(_ session: VideoSession, _ format: FrameFormat, _ stylizer: Stylizer) {
    (self.session, self.format, self.stylizer) = (session, format, stylizer)
    steadier = session.isSteady ? Steadier(threads: stylizer.backend.threads.count) : nil
  }

  /// The measured steadiness so far.
  var steadiness: Steadiness? { steadier?.steadiness }

  /// Paints the next frame.
  ///
  /// - Throws: `StylizingError`, as `Stylizer.stylize` does.
  mutating func paint(
    _ frame: VideoFrame, progress: @escaping Stylizer.Progress
  ) throws(StylizingError) -> VideoFrame {
    let mixture = session.styles.mixture(at: Double(frame.time) * format.timeBase.value)
    let settings = PaintingSettings(
      mixture: mixture, regions: session.regions, strokeSize: session.strokeSize,
      keepsColors: session.keepsColors)
    var picture = settings.colored(
      try stylizer.stylize(
        frame.image, with: mixture, regions: settings.regions, strokeSize: settings.strokeSize,
        progress: progress), of: frame.image)
    let begun = clock.now
    let change = self.mixture.map { $0.difference(from: mixture) } ?? 0
    if let steadied = steadier?.steady(
      picture, of: frame.image, renewal: min(1, change / Self.lag))
    {
      picture = steadied
      steadying += clock.now - begun
    }
    self.mixture = mixture
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
