import ArgumentParser
import ImpastoImaging
import ImpastoSessions

extension Image {
  /// Refuses a `--size` that no photo can be scaled to.
  static func check(size: Int?) throws(ValidationError) {
    try SessionError.asMistake { () throws(SessionError) in try OpenedPhoto.check(size: size) }
  }
}
