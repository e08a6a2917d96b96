import ArgumentParser
import ImpastoImaging

extension Image {
  /// Refuses a `--size` that no photo can be scaled to.
  static func check(size: Int?) throws(ValidationError) {
    if let size, !(16...16384).contains(size) {
      throw ValidationError("--size \(size): expected a number from 16 to 16384")
    }
  }
}
