import CImageCodecs

/// A kind of picture file.
public enum ImageFormat: Sendable, CaseIterable {
  /// Portable Network Graphics: every pixel as it is.
  case png
  /// JPEG: smaller, at the cost of small changes to the pixels.
  case jpeg

  /// Chooses the format that a file's extension names: `.png`, `.jpg` or `.jpeg`, in any case.
  ///
  /// - Throws: ``ImageError/unknownExtension(path:)``.
  public init(pathExtension path: String) throws(ImageError) {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
    switch parts.last?.lowercased() {
    case "png": self = .png
    case "jpg", "jpeg": self = .jpeg
    default: throw .unknownExtension(path: path)
    }
  }

  /// The most pixels along a side that a file can have.
  package var sideLimit: Int {
    switch self {
    case .png: Int(Int32.max)
    case .jpeg: 65_500
    }
  }

  /// Whether a file can have transparent pixels.
  public var keepsTransparency: Bool { self == .png }

  /// The name that the codecs use.
  var codec: impasto_format { self == .png ? IMPASTO_PNG : IMPASTO_JPEG }

  /// The name that people use.
  var title: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    }
  }
}
