import ImpastoTensors

/// The choice of photos for each step of a stage of training, as a pure function of a seed.
///
/// Every epoch goes once through all photos in an order of its own; its last batch may be smaller.
struct PhotoSchedule: Sendable {
  let photoCount: Int
  let batchSize: Int
  let seed: UInt64
  /// The place of the stage among those of its run.
  let stage: Int

  var stepsPerEpoch: Int { (photoCount + batchSize - 1) / batchSize }

  /// The photos of `step`, and after them all others in the order in which they stand in.
  func photos(of step: Int) -> (batch: ArraySlice<Int>, substitutes: ArraySlice<Int>) {
    let order = order(ofEpoch: step / stepsPerEpoch)
    let start = step % stepsPerEpoch * batchSize
    let end = min(start + batchSize, photoCount)
    return (order[start..<end], order[end...] + order[..<start])
  }

  /// The random source of the crop of the photo at `position` in the batch of `step`.
  func cropSource(step: Int, position: Int) -> RandomSource {
    RandomSource(
      seed: seed, path: [Self.cropDomain, UInt64(step), UInt64(position)] + laterStage)
  }

  /// A Fisher-Yates shuffle, written out because the standard library's may change.
  private func order(ofEpoch epoch: Int) -> [Int] {
    var source = RandomSource(seed: seed, path: [Self.orderDomain, UInt64(epoch)] + laterStage)
    var order = Array(0..<photoCount)
    for last in order.indices.dropFirst().reversed() {
      let other = source.next().multipliedFullWidth(by: UInt64(last) + 1).high
      order.swapAt(last, Int(other))
    }
    return order
  }

  /// The last component of the paths of all stages but the first.
  private var laterStage: [UInt64] { stage == 0 ? [] : [UInt64(stage)] }

  // First components of the paths, so that no two kinds of choice share random bits.
  private static let orderDomain: UInt64 = 0x6F72_6465_72  // "order"
  private static let cropDomain: UInt64 = 0x6372_6F70  // "crop"
}
