import Foundation
package import ImpastoCluster
import ImpastoImaging
package import ImpastoStylizing
import ImpastoVideo

/// The painting of the frames of a film by several ranks, as rank 0 sees it.
struct SharedWork {
  let frames: SharedFrames
  let dealing: Dealing<SharedFrames>
  let ranks: Communicator

  /// Gives the picture of a frame and the labels of its places; while others paint it, this process paints later ones.
  ///
  /// - Returns: nil where `goesOn`, or another rank, says no.
  /// - Throws: ``SessionError/cannotStylize(_:reason:)``, ``SessionError/rankFailed(_:reason:)``,
  ///   `StylizingError.invisibleRegion`, `ClusterError.otherProgram`.
  func picture(
    of frame: VideoFrame, by painter: FramePainter, named name: String,
    while goesOn: @escaping @Sendable () -> Bool
  ) throws -> (picture: Image, labels: [UInt8]?)? {
    while goesOn() {
      if let painted = frames.picture(at: frame.time) { return painted }
      if let failure = frames.failure {
        switch failure {
        case .invisibleRegion(let region, let width, let height):
          throw StylizingError.invisibleRegion(region, width: width, height: height)
        case .other(let rank, let reason):
          throw SessionError.rankFailed(ranks.name(of: rank), reason: reason)
        }
      }
      if frames.isStopped { return nil }
      try dealing.check()
      guard let piece = dealing.next() else {
        frames.awaitChange()
        continue
      }
      do throws(StylizingError) {
        dealing.record(try painter.paint(piece, while: goesOn))
      } catch {
        dealing.record(PaintedFrame(time: piece.time))
        switch error {
        case .stopped: return nil
        case .invisibleRegion: throw error
        default: throw SessionError.cannotStylize(name, reason: error.description)
        }
      }
    }
    return nil
  }

  /// Lets no rank begin another frame, and waits for those that are being painted.
  func finish() throws {
    frames.close()
    try dealing.finish()
  }
}

extension VideoSession {
  /// Paints what rank 0 gives to this rank, until the film ends.
  ///
  /// - Parameter goesOn: As in ``run(stylizer:memory:while:begin:progress:)``.
  /// - Returns: Whether the film was finished.
  package func paintShare(
    stylizer: Stylizer, memory: MemoryBudget, ranks: Communicator,
    while goesOn: @escaping @Sendable () -> Bool
  ) throws -> Bool {
    var painter: FramePainter?
    try ranks.share(nil as SharedFrames?) { piece in
      do {
        let frame = piece.frame.image
        let ready =
          try painter
          ?? FramePainter(
            self, width: frame.width, height: frame.height, stylizer, memory, ahead: 1,
            steadies: false)
        painter = ready
        return try ready.paint(piece, while: goesOn)
      } catch StylizingError.stopped {
        return PaintedFrame(time: piece.time)
      } catch StylizingError.invisibleRegion(let region, let width, let height) {
        return PaintedFrame(
          time: piece.time, failure: .invisibleRegion(region, width: width, height: height))
      } catch {
        return PaintedFrame(
          time: piece.time,
          failure: .other(rank: ranks.rank, reason: error.localizedDescription))
      }
    }
    return try ranks.gather(true)[0]
  }
}
