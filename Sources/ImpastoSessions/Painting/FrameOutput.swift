import Foundation
import ImpastoFiles
public import ImpastoImaging

/// The destination of frames, as the name of the output says.
public enum FrameOutput: Sendable {
  /// An animated GIF.
  case animation
  /// One picture with all frames in a row.
  case strip
  /// A folder with a PNG file for each frame.
  case folder

  /// The extensions of files for frames, in words.
  package static var writtenExtensions: String { ImageFormat.writtenExtensions(besides: [".gif"]) }

  /// Chooses by the extension; what has none is a folder.
  ///
  /// - Throws: ``SessionError/unknownFrameFormat(_:)``.
  public init(_ path: String) throws(SessionError) {
    let pathExtension = (path as NSString).pathExtension.lowercased()
    if Self.isFolder(path) {
      self = .folder
    } else if pathExtension == "gif" {
      self = .animation
    } else if ImageFormat.isWritten(to: path) {
      self = .strip
    } else {
      throw .unknownFrameFormat(path)
    }
  }

  /// Indicates whether the name is that of a folder: there is one, or it has no extension.
  static func isFolder(_ path: String) -> Bool {
    path.hasSuffix("/") || Folder.exists(path) || (path as NSString).pathExtension.isEmpty
  }

  /// The format of the pictures in the output at `path`, which an animation has none of.
  public func format(_ path: String) -> ImageFormat? {
    switch self {
    case .animation: nil
    case .strip: try? ImageFormat(ofOutput: path)
    case .folder: .png
    }
  }

  /// Begins the output at `path`.
  ///
  /// - Parameters:
  ///   - frame: A picture of the size of all frames.
  ///   - count: How many frames there will be, 1 or more.
  ///   - speed: Frames per second of an animation, 1 or more.
  ///   - isLoop: Whether an animation begins again.
  ///   - quality: That of a strip as JPEG or WebP, 1 to 100.
  /// - Throws: ``SessionError``, or the `ImageError` or `FileError` of the output.
  public func open(
    _ path: String, like frame: Image, count: Int, speed: Int, isLoop: Bool, quality: Int
  ) throws -> any FrameSink {
    switch self {
    case .animation:
      AnimationSink(
        writer: try AnimationWriter(
          to: path, width: frame.width, height: frame.height, plays: isLoop ? 0 : 1),
        speed: speed)
    case .strip: StripSink(path, like: frame, count: count, quality: quality)
    case .folder: try FrameFolder(path)
    }
  }
}
