import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoVideo

/// The painting of the frames of a film, each by itself.
struct FramePainter {
  private let session: VideoSession
  private let stylizer: Stylizer

  /// The regions of the film, with still masks of the size of frames.
  var regions: [FilmRegion] { session.regions }

  /// Prepares to paint frames of a size within `memory`.
  ///
  /// - Parameters:
  ///   - ahead: The most frames that wait to be painted.
  ///   - steadies: Whether this process steadies the frames too.
  /// - Throws: ``SessionError/cannotStylize(_:reason:)`` where that is not enough.
  init(
    _ session: VideoSession, width: Int, height: Int, _ stylizer: Stylizer, _ memory: MemoryBudget,
    ahead: Int, steadies: Bool
  ) throws(SessionError) {
    let (strokeSize, steadying) = (
      session.strokeSize,
      steadies
        ? Steadier.bytes(width: width, height: height)
          + SteadiedFrames.bytes(width: width, height: height) : 0
    )
    var (session, stylizer) = (session, stylizer)
    stylizer.memory = try memory.tensorBytes(
      forFramesOf: width, height, ahead: ahead, named: session.name,
      regions: session.regions.count,
      others: steadying + session.maskBytes(width: width, height: height, ahead: ahead)
        + stylizer.heldBytes(width: width, height: height, strokeSize: strokeSize),
      tensors: stylizer.minimumMemory(width: width, height: height, strokeSize: strokeSize))
    session.regions = session.regions.map { $0.fitted(width: width, height: height) }
    (self.session, self.stylizer) = (session, stylizer)
  }

  /// Paints a frame.
  ///
  /// - Throws: `StylizingError`, as `Stylizer.stylize` does; `invisibleRegion` has the index of a region
  ///   of the session.
  func paint(
    _ piece: FramePiece, while goesOn: @escaping @Sendable () -> Bool
  ) throws(StylizingError) -> PaintedFrame {
    let frame = piece.frame.image
    let settings = PaintingSettings(
      mixture: session.styles.mixture(at: piece.seconds), regions: piece.regions(of: session),
      strokeSize: session.strokeSize, keepsColors: session.keepsColors)
    let picture: Image
    do throws(StylizingError) {
      picture = try stylizer.stylize(
        frame, with: settings.mixture, regions: settings.regions, strokeSize: settings.strokeSize
      ) { _, _ in goesOn() }
    } catch .invisibleRegion(let index, let width, let height) {
      throw .invisibleRegion(piece.region(at: index), width: width, height: height)
    }
    return PaintedFrame(
      time: piece.time, picture: SentPicture(image: settings.colored(picture, of: frame)))
  }
}
