import CImageCodecs

/// A kind of picture file.
public enum ImageFormat: Sendable, CaseIterable {
  /// Portable Network Graphics: every pixel as it is.
  case png
  /// JPEG: smaller, at the cost of small changes to the pixels.
  case jpeg
  /// WebP: smaller still, and every pixel as it is where the quality is 100.
  case webp
  /// HEIC, which phones write. It is read only, as those below.
  case heic
  /// AVIF: pictures coded as AV1 video is.
  case avif
  /// TIFF, which scanners and programs for photographers write.
  case tiff

  /// Chooses the format that a file's extension names, in any case.
  ///
  /// - Throws: ``ImageError/unknownExtension(path:)``.
  public init(pathExtension path: String) throws(ImageError) {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
    let format = parts.last.flatMap { Self.extensions[$0.lowercased()] }
    guard let format else { throw .unknownExtension(path: path) }
    self = format
  }

  /// Chooses the format of a file to write by its extension: `.png`, `.jpg`, `.jpeg` or `.webp`.
  ///
  /// - Throws: ``ImageError/unknownExtension(path:)``, for formats that are only read too.
  public init(ofOutput path: String) throws(ImageError) {
    try self.init(pathExtension: path)
    guard isWritten else { throw .unknownExtension(path: path) }
  }

  /// Returns whether a file's extension names a format that is written.
  public static func isWritten(to path: String) -> Bool {
    (try? ImageFormat(ofOutput: path)) != nil
  }

  /// The formats that this build reads, as a sentence names them: "PNG, JPEG, … or TIFF".
  public static let readTitles = alternatives(
    allCases.filter { $0.missingLibrary == nil }.map(\.title))

  /// The extensions of files to write, as a sentence names them: ".png, .jpg, .jpeg or .webp".
  ///
  /// - Parameter others: Extensions, with their dot, that would be right as well and come first.
  public static func writtenExtensions(besides others: [String] = []) -> String {
    alternatives(others + [".png", ".jpg", ".jpeg", ".webp"])
  }

  private static func alternatives(_ names: [String]) -> String {
    "\(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1])"
  }

  /// The extensions of pictures that are read, without the dot and in small letters.
  public static var readExtensions: Set<String> { Set(extensions.keys) }

  /// Indicates whether pictures are written in this format too.
  public var isWritten: Bool {
    switch self {
    case .png, .jpeg, .webp: true
    case .heic, .avif, .tiff: false
    }
  }

  /// The most pixels along a side that a file can have.
  package var sideLimit: Int {
    switch self {
    case .jpeg: 65_500
    case .webp: 16_383
    case .png, .heic, .avif, .tiff: Int(Int32.max)
    }
  }

  /// Indicates whether a file can have transparent pixels; of formats that are written.
  public var keepsTransparency: Bool { self == .png || self == .webp }

  private static let extensions: [String: ImageFormat] = [
    "png": .png, "jpg": .jpeg, "jpeg": .jpeg, "jpe": .jpeg, "jfif": .jpeg, "webp": .webp,
    "heic": .heic, "heif": .heic, "avif": .avif, "tif": .tiff, "tiff": .tiff,
  ]

  /// The library that this build lacks for the format, if it does.
  package var missingLibrary: String? { impasto_missing_library(codec).map { String(cString: $0) } }

  /// The name that the codecs use.
  var codec: impasto_format {
    switch self {
    case .png: IMPASTO_PNG
    case .jpeg: IMPASTO_JPEG
    case .webp: IMPASTO_WEBP
    case .heic, .avif: IMPASTO_HEIF
    case .tiff: IMPASTO_TIFF
    }
  }

  /// The name that people use.
  package var title: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    case .webp: "WebP"
    case .heic: "HEIC"
    case .avif: "AVIF"
    case .tiff: "TIFF"
    }
  }
}
