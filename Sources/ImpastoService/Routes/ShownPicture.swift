import Hummingbird
import ImpastoImaging
import ImpastoSessions

extension Request {
  /// The longer side in pixels that a photo or result is to be shown at, nil for the file itself.
  ///
  /// - Throws: ``ServiceError/badSetting(_:reason:)``, `SessionError.outOfRange`.
  func shownSize() throws -> Int? {
    let size = try queryNumber("size")
    try SessionError.check("size", size, 16...4096)
    return size
  }
}

extension Response {
  /// An answer of a small picture of a photo or result, for pages.
  static func shown(_ photo: HeldPhoto, for request: Request) throws -> Response {
    .cached(
      try photo.picture.encoded(as: .jpeg, quality: 90), type: "image/jpeg", for: request)
  }
}
