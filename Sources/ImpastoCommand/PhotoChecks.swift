import ArgumentParser
import ImpastoImaging
import ImpastoNetworks

extension Image {
  /// The photo `name` scaled as `--size` asks.
  func scaled(bySize size: Int, name: String) throws(CommandError) -> Image {
    let scaled = scaled(longerSide: size)
    let least = TransformArchitecture.leastExtent
    if min(scaled.width, scaled.height) < least, min(width, height) >= least {
      throw .cannotStylize(
        name,
        reason: """
          \(width)×\(height) pixels scaled by --size \(size) are \
          \(scaled.width)×\(scaled.height), and \(least)×\(least) is the least; choose a larger \
          --size
          """)
    }
    return scaled
  }

  /// Refuses a `--size` that no photo can be scaled to.
  static func check(size: Int?) throws(ValidationError) {
    if let size, !(16...16384).contains(size) {
      throw ValidationError("--size \(size): expected a number from 16 to 16384")
    }
  }
}
