import CImageCodecs

/// The treatment of transparent pixels.
enum Transparency {
  /// They are laid over a colour.
  case overBlack, overWhite
  /// Each pixel has its alpha, if its file has any.
  case kept

  /// Its number in the codecs.
  var codec: Int32 {
    switch self {
    case .overBlack: 0
    case .overWhite: 255
    case .kept: Int32(IMPASTO_KEEP_ALPHA)
    }
  }
}
