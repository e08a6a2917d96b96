import ImpastoImaging

/// The treatment of a photo's transparency in a result.
enum Transparency: String, Codable {
  case kept, lost

  /// Nothing where the photo is opaque.
  init?(_ opacity: Opacity?, in format: ImageFormat?) {
    guard opacity != nil else { return nil }
    self = format?.keepsTransparency ?? false ? .kept : .lost
  }

  /// The note for a result in which transparency is lost.
  ///
  /// - Parameter remedy: A name that would keep it.
  func note(_ output: String, remedy: String) -> String? {
    self == .kept
      ? nil
      : "\(output): transparent parts are laid on white, for this format has none; \(remedy)"
  }
}
