import ArgumentParser
import ImpastoImaging
import ImpastoSessions

extension Image {
  /// Refuses a `--size` that no photo can be scaled to.
  static func check(size: Int?) throws(ValidationError) {
    let sizes = OpenedPhoto.sizes
    if let size, !sizes.contains(size) {
      throw ValidationError(
        "--size \(size): expected a number from \(sizes.lowerBound) to \(sizes.upperBound)")
    }
  }
}
