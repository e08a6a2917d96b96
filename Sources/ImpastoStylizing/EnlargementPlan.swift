import ImpastoCompute
package import ImpastoNetworks
package import ImpastoTensors

/// The plan by which a photo goes through a network that enlarges: in bands, each of which runs
/// through all layers.
///
/// Such a network normalizes nothing, so that no band has to wait for another: nothing is kept, and
/// each band computes the rows beyond its own that it depends on. Its height changes the time and
/// the memory that this takes, and no bit of the picture.
package struct EnlargementPlan: Sendable {
  let bands: BandPlan
  /// The number of threads that work at once.
  package let threads: Int
  /// The bytes that tensors take at most.
  package let peakBytes: Int

  /// The heights of bands that can be taken, in the photo's rows, from quick to small.
  package static let heights = [64, 32, 16, 8, 4]

  /// Plans bands of a height.
  package init(
    _ architecture: TransformArchitecture, width: Int, height: Int, scalarType: ScalarType,
    threads: Int, bandHeight: Int
  ) {
    let geometry = BandGeometry(
      architecture, width: width, height: height, bandHeight: bandHeight)
    let footprint = Footprint(geometry, scalarType, threads: threads)
    let last = geometry.layers.count - 1
    bands = BandPlan(footprint, keeping: [last])
    self.threads = threads
    // The picture's pixels of each band as numbers and levels, with those of the photo below them.
    let part = geometry.parts(of: last)[0].count * geometry.shapes[last].width * 3
    // Each layer of a band has rows of its own, and freed blocks are kept for tensors of their size.
    let inHand = footprint.pass(from: -1, to: last).allBytes + part * (8 + 3)
    let peak = (threads + 1) * inHand
    peakBytes = peak + peak / 32 + footprint.filterBytes
  }

  /// Plans the quickest way that takes at most `memory` bytes; nil where there is none.
  package static func quickest(
    _ architecture: TransformArchitecture, width: Int, height: Int, scalarType: ScalarType,
    threads: Int, memory: Int
  ) -> EnlargementPlan? {
    for threads in sequence(first: threads, next: { $0 > 1 ? $0 / 2 : nil }) {
      // Enough bands that all threads have some to do.
      let highest = max(height / (2 * threads), heights.last ?? 1)
      for bandHeight in heights where bandHeight <= highest {
        let plan = EnlargementPlan(
          architecture, width: width, height: height, scalarType: scalarType, threads: threads,
          bandHeight: bandHeight)
        if plan.peakBytes <= memory { return plan }
      }
    }
    return nil
  }

  /// The bytes that even the leanest way takes: that of one thread.
  package static func minimumBytes(
    _ architecture: TransformArchitecture, width: Int, height: Int, scalarType: ScalarType
  ) -> Int {
    EnlargementPlan(
      architecture, width: width, height: height, scalarType: scalarType, threads: 1,
      bandHeight: heights.last ?? 1
    ).peakBytes
  }
}
