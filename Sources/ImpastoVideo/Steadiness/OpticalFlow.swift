import CMotion

/// The move of each pixel of a picture to where the same thing lies in another: dense inverse search.
///
/// Sizes and moves are those of the pyramids' largest level, half a frame's. Method: Kroeger et al.,
/// "Fast Optical Flow using Dense Inverse Search" (2016). Differs from it: each patch also tries the
/// moves of its neighbours and, where there is one, of a guess; nothing is smoothed afterwards.
package struct OpticalFlow: Sendable {
  package let width, height: Int
  /// Moves by columns of all pixels, and then by rows.
  package let planes: [Float]

  /// The size of the largest level at which a search begins that has a guess.
  private static let guessedLevels = 2

  /// Searches from large moves to small ones.
  ///
  /// - Parameter guess: A flow that may be near; nil to know nothing.
  package init(
    from: MotionPyramid, to other: MotionPyramid, guess: OpticalFlow? = nil, threads: Int32
  ) {
    let count = min(from.levels.count, guess == nil ? .max : Self.guessedLevels)
    var flow: [Float]?
    for index in (0..<count).reversed() {
      let (level, target) = (from.levels[index], other.levels[index])
      let (width, height) = (Int64(level.width), Int64(level.height))
      var patches = [Float](
        repeating: 0, count: Int(motion_patches(width) * motion_patches(height)) * 6)
      let coarser = flow
      flow = .filled(2 * level.width * level.height) { found in
        motion_flow(
          level.grey, target.grey, width, height, coarser, guess?.planes, Int64(from.width),
          Int64(from.height), Int32(index), &patches, found, threads)
      }
    }
    (width, height, planes) = (from.width, from.height, flow ?? [])
  }

  init(width: Int, height: Int, planes: [Float]) {
    (self.width, self.height, self.planes) = (width, height, planes)
  }

  /// The flow along this one and, from where that ends, along `next`.
  package func followed(by next: OpticalFlow, threads: Int32) -> OpticalFlow {
    OpticalFlow(
      width: width, height: height,
      planes: .filled(planes.count) {
        motion_compose(planes, next.planes, Int64(width), Int64(height), $0, threads)
      })
  }
}
