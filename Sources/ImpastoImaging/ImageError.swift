public import Foundation
public import ImpastoFiles

/// The reasons a picture cannot be read or written.
public enum ImageError: Error, Equatable, Sendable {
  /// The file could not be read or written at all.
  case file(FileError)
  /// The file is no picture of a format that is read; `found` says what its first bytes are.
  case notAPicture(name: String, found: String)
  /// The file is sound, but of a kind that is not read, for the reason given.
  case unsupported(name: String, format: ImageFormat, reason: String)
  /// This build lacks the library that reads and writes the format.
  case missingLibrary(name: String, format: ImageFormat, library: String)
  /// The file is cut short, damaged or of a kind that its decoder does not know.
  case damaged(name: String, format: ImageFormat, reason: String)
  /// The header claims more pixels than ``Image/pixelLimit``.
  case tooManyPixels(name: String, width: Int, height: Int)
  /// The name of a file to write does not say which format to use.
  case unknownExtension(path: String)
  /// The quality of a JPEG or WebP file to write is not between 1 and 100.
  case qualityOutOfRange(Int)
  /// The encoder refused the picture, as when a side is longer than the format allows.
  case cannotEncode(name: String, format: ImageFormat, width: Int, height: Int, reason: String)
  /// The pictures of an animation are too large for the GIF format, or its encoder failed.
  case cannotAnimate(path: String, width: Int, height: Int, reason: String)
}

extension ImageError: LocalizedError, CustomStringConvertible {
  /// The file, what is wrong with it and what to do.
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .notAPicture(let name, let found):
      "\(name): not a \(ImageFormat.readTitles) picture (\(found)); "
        + "convert it to PNG or JPEG"
    case .unsupported(let name, let format, let reason):
      "\(name): a kind of \(format.title) file that is not read (\(reason)); "
        + "convert it to PNG or JPEG"
    case .missingLibrary(let name, let format, let library):
      "\(name): this build of Impasto cannot use \(format.title) files, for it was made without "
        + "\(library); run Scripts/install-dependencies and build again, or use PNG or JPEG"
    case .damaged(let name, let format, let reason):
      "\(name): the \(format.title) file is damaged or incomplete (\(reason)); "
        + "copy it again or save it anew from another program"
    case .tooManyPixels(let name, let width, let height):
      "\(name): \(width)×\(height) pixels, where \(Image.pixelLimit / 1_000_000) million in all "
        + "are read at most; scale the picture down"
    case .unknownExtension(let path):
      "\(path): the extension does not name a format to write; "
        + "end the name in \(ImageFormat.writtenExtensions())"
    case .qualityOutOfRange(let quality):
      "quality \(quality): choose a quality from 1 to 100"
    case .cannotEncode(let name, let format, let width, let height, let reason):
      "\(name): \(width)×\(height) pixels cannot be saved as \(format.title) (\(reason)); "
        + "scale the picture down or choose another format"
    case .cannotAnimate(let path, let width, let height, let reason):
      "\(path): \(width)×\(height) pixels cannot be saved as GIF (\(reason)); "
        + "scale the pictures down"
    }
  }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }
}
