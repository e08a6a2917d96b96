import CMotion
import ImpastoImaging

/// The change from frame to frame that is no motion: the root mean square of levels, 0 to 255, between
/// each picture and the one before it, moved along with the film.
public struct Steadiness: Sendable, Equatable {
  /// Of the frames as each is painted by itself.
  public let unsteadyChange: Double
  /// Of the frames that are shown.
  public let steadyChange: Double
}

/// Sums of the squares of changes.
struct ChangeSums: Sendable {
  private var squares = 0.0
  private var count = 0.0

  /// The root of the mean; nil where nothing was compared.
  var root: Double? { count > 0 ? (squares / count).squareRoot() : nil }

  /// Adds the change from one picture to the next, where that shows the same.
  mutating func add(
    from first: Image, to second: Image, along places: CarriedPlaces, threads: Int32
  ) {
    var sums = [Double](repeating: 0, count: 2 * ((first.height + 1) / 2))
    motion_change(
      first.pixels, second.pixels, places.flows.flow.planes, places.weights, Int64(first.width),
      Int64(first.height), &sums, threads)
    for index in stride(from: 0, to: sums.count, by: 2) {
      squares += sums[index]
      count += sums[index + 1]
    }
  }
}
